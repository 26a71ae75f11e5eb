// The JS-SDK as a page in WeChat meets it: config is checked against the ticket, a share card is shown to the phone.
(() => {
  const ready = [];
  const failed = [];
  let state = "waiting";
  let refusal = "";
  const tell = (data) => parent.postMessage({ sandbox: true, ...data }, "*");
  const answered = (name, given) => {
    const result = { errMsg: `${name}:ok` };
    given?.success?.(result);
    given?.complete?.(result);
  };
  addEventListener("message", ({ data }) => {
    if (data?.kind !== "configured" || state !== "asked") return;
    state = data.ok ? "ready" : "failed";
    refusal = data.why;
    if (data.ok) ready.forEach((call) => call());
    else failed.forEach((call) => call({ errMsg: refusal }));
  });
  const share = (where) => (given) => {
    if (state !== "ready") return given?.fail?.({ errMsg: `${where}:fail, the permission value is offline verifying` });
    const { title = "", desc = "", link = "", imgUrl = "" } = given;
    tell({ kind: "share", where, card: { title, desc, link, imgUrl } });
    return answered(where, given);
  };
  const wx = {
    config({ appId, timestamp, nonceStr, signature }) {
      state = "asked";
      tell({ kind: "config", config: { appId, timestamp, nonceStr, signature } });
    },
    ready: (call) => (state === "ready" ? call() : ready.push(call)),
    error: (call) => (state === "failed" ? call({ errMsg: refusal }) : failed.push(call)),
    checkJsApi: (given) => given.success?.({ errMsg: "checkJsApi:ok", checkResult: Object.fromEntries((given.jsApiList ?? []).map((name) => [name, name in wx])) }),
    updateAppMessageShareData: share("updateAppMessageShareData"),
    updateTimelineShareData: share("updateTimelineShareData"),
    onMenuShareAppMessage: share("onMenuShareAppMessage"),
    onMenuShareTimeline: share("onMenuShareTimeline"),
    previewImage: ({ current, urls = [] }) => tell({ kind: "picture", url: current ?? urls[0] }),
    closeWindow: () => tell({ kind: "close" }),
  };
  window.wx = window.jWeixin = new Proxy(wx, { get: (known, name) => known[name] ?? ((given) => answered(String(name), given)) });
  window.WeixinJSBridge = {
    invoke: (name, given, call) => (name === "closeWindow" ? tell({ kind: "close" }) : call?.({ err_msg: `${name}:fail, not played by the sandbox` })),
    call: (name) => name === "closeWindow" && tell({ kind: "close" }),
    on: () => {},
  };
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
})();
