// Money, times and durations as people write them. Instants come as epoch seconds, days are Beijing's.

const ZONE = "Asia/Shanghai";
const clockFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const secondFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayFormat = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const weekFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, weekday: "short" });

// From where the page itself came, whatever WECHAT_API_BASE calls it.
export const pictureAt = ({ media, media_url }) => (media ? `/sandbox/media/${encodeURIComponent(media)}` : media_url);
export const yuan = (fen) => "¥" + (fen / 100).toFixed(2);
export const hourMinute = (epoch) => clockFormat.format(epoch * 1000);
export const withSeconds = (epoch) => secondFormat.format(epoch * 1000);

export function fenOf(text) {
  const value = Number(String(text).replace(/[¥元,\s]/g, ""));
  return Number.isFinite(value) && value >= 0 ? Math.round(value * 100) : null;
}

export function day(epoch) {
  const [year, month, date] = dayFormat.format(epoch * 1000).split("-").map(Number);
  return { year, month, date };
}

export function fullTime(epoch, narrow = false) {
  const { year, month, date } = day(epoch);
  if (narrow) return `${month}月${date}日 ${hourMinute(epoch)}`;
  return `${year}年${month}月${date}日 ${weekFormat.format(epoch * 1000)} ${withSeconds(epoch)}`;
}

export function chatTime(epoch, now) {
  const that = day(epoch);
  const today = day(now);
  const yesterday = day(now - 86400);
  const same = (a, b) => a.year === b.year && a.month === b.month && a.date === b.date;
  if (same(that, today)) return hourMinute(epoch);
  if (same(that, yesterday)) return `昨天 ${hourMinute(epoch)}`;
  const year = that.year === today.year ? "" : `${that.year}年`;
  return `${year}${that.month}月${that.date}日 ${hourMinute(epoch)}`;
}

export function listTime(epoch, now) {
  const that = day(epoch);
  // As WeChat's list has it, so that the name beside it is not cut: 26/12/1.
  if (that.year !== day(now).year) return `${that.year % 100}/${that.month}/${that.date}`;
  return chatTime(epoch, now).split(" ")[0];
}

export function rest(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 3600) return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return `${Math.round(whole / 3600)} 小时`;
}

export function ahead(milliseconds, narrow = false) {
  const minutes = Math.round(Math.abs(milliseconds) / 60000);
  if (minutes < 1) return "";
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [days && `${days} 天`, hours && `${hours} 小时`, !days && minutes % 60 && `${minutes % 60} 分`];
  return (milliseconds < 0 ? "慢 " : "快 ") + parts.filter(Boolean).slice(0, narrow ? 1 : 2).join(" ");
}
