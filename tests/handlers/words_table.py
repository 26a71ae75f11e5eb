"""Who says what and what comes back, written by hand from product.md §3; test_words_table.py says every line of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PEOPLE = ("stranger", "carol", "bob", "gina", "小审", "小财", "小客", "老板")
"""carol is bob's customer, bob promotes, gina did until she left; then 审核, 财务, 客服, and the owner."""

TABLE = """
a answers · ? just what an unknown word gets · p 这是推广员用的 · 审 财 客 你没有…权限，请找店主 · 主 这一步只有店主能做
Left the words of docs/commands.md; in the middle what is said, where that is more (a; b: first a, then b).

我的推荐人 / 推荐人                     |                           | a a a a  a a a a
填写推荐码 / 推荐码                     |                           | a a a a  a a a a
推荐码 ‹推荐码›                         | 推荐码 {bob}              | a a a a  a a a a
不是 / 不是ta推荐的                     |                           | a a a a  a a a a
商品与价格 / 价格                       |                           | a a a a  a a a a
商品与价格 ‹页›                         | 商品与价格 2              | a a a a  a a a a
价格 ‹商品› ‹件数›                      | 价格 SKU1 3               | a a a a  a a a a
绑定手机号 / 绑定手机                   |                           | a a a a  a a a a
绑定手机号 ‹手机号›                     | 绑定手机号 13700137000    | a a a a  a a a a
解绑手机号 / 解绑手机                   |                           | a a a a  a a a a
隐私与注销 / 隐私 / 注销                |                           | a a a a  a a a a
我的订单 / 订单                         |                           | a a a a  a a a a
我的订单 ‹页›                           | 我的订单 2                | a a a a  a a a a
我的订单 ‹单号›                         | 我的订单 {order}          | a a a a  a a a a
退款售后 / 退款 / 售后 / 申请退款       |                           | a a a a  a a a a
退款售后 ‹页›                           | 退款售后 2                | a a a a  a a a a
招募说明                                |                           | a a a a  a a a a
申请推广员 / 申请                       |                           | a a a a  a a a a
申请进度                                |                           | a a a a  a a a a
帮助 / help / ? / ？                    |                           | a a a a  a a a a
菜单                                    |                           | a a a a  a a a a
商城 / 商城与客服                       |                           | a a a a  a a a a
联系客服 / 客服 / 人工客服 / 人工       |                           | a a a a  a a a a
进入商城 / 商城链接                     |                           | a a a a  a a a a
取消                                    |                           | a a a a  a a a a
继续                                    |                           | a a a a  a a a a
下一页 / 同意 / 确认提交 / 邀请人不对 / 重填 |                      | a a a a  a a a a
确认提现 / 换账号 / 微信 / 支付宝 / 计佣 / 仅跟进 / 完成 / 跳过 |                 | a a a a  a a a a

店铺海报 / 海报 / 我的海报              |                           | p p a p  p p p p
邀请推广员 / 邀请                       |                           | ? ? a ?  ? ? ? ?
海报 印刷 / 海报印刷 / 印刷海报         |                           | p p a p  p p p p
海报 印刷 ‹地点›                        | 海报 印刷 前台            | p p a p  p p p p
海报数据                                |                           | p p a p  p p p p
海报数据 ‹页›                           | 海报数据 2                | p p a p  p p p p
海报头像 / 头像                               |                           | p p a p  p p p p
海报头像 删除 / 删除头像                          |                           | p p a p  p p p p
海报 换样式 / 换样式 / 海报样式                     |                           | p p a p  p p p p
海报样式 ‹样式›                               | 海报样式 1                    | p p a p  p p p p
推广链接 / 我的链接 / 链接              |                           | p p a p  p p p p
邀请链接                                |                           | ? ? a ?  ? ? ? ?
改名                                    |                           | p p a p  p p p p
改名 ‹名字›                             | 改名 小波                 | p p a p  p p p p
素材文案 / 素材                               |                           | p p a p  p p p p
素材文案 ‹页›                                | 素材文案 2                    | p p a p  p p p p
素材 ‹素材号›                                | 素材 ABC234                 | p p a p  p p p p
素材 ‹素材号› 文案                             | 素材 ABC234 文案              | p p a p  p p p p
素材 ‹素材号› 图 ‹第几张›                        | 素材 ABC234 图 1             | p p a p  p p p p
商品素材                                    |                           | p p a p  p p p p
商品素材 ‹商品›                               | 商品素材 SKU1                 | p p a p  p p p p
我的收益 / 收益                         |                           | p p a a  p p p p
收益图 / 我的收益图                     |                           | p p a a  p p p p
推广商品                                |                           | p p a p  p p p p
推广商品 第‹页›页                       | 推广商品 第2页            | p p a p  p p p p
商品海报                                |                           | p p a p  p p p p
商品海报 ‹商品›                         | 商品海报 SKU1             | p p a p  p p p p
推广商品 ‹商品›                         | 推广商品 SKU1             | p p a p  p p p p
推广订单                                |                           | p p a a  p p p p
推广订单 ‹页›                           | 推广订单 2                | p p a a  p p p p
为什么                                  |                           | p p a a  a a a a
为什么 ‹单号›                           | 为什么 {order}            | p p a a  a a a a
排行榜 / 排名                           |                           | p p a p  p p p p
排行榜 上月                             |                           | p p a p  p p p p
排行图 / 排行榜图                       |                           | p p a p  p p p p
申请提现 / 提现                         |                           | p p a a  p p p p
提现 ‹金额›                             | 提现 10                   | p p a a  p p p p
提现记录                                |                           | p p a a  p p p p
提现记录 ‹页›                           | 提现记录 2                | p p a a  p p p p
提现记录 ‹单号›                         | 提现记录 {asked}          | p p a a  p p p p
取消提现                                |                           | p p a a  p p p p
取消提现 ‹单号›                         | 取消提现 {asked}          | p p a a  p p p p
我的客户                                |                           | p p a p  p p p p
客户                                    |                           | p p a p  客 客 a a
我的客户 ‹页›                           | 我的客户 2                | p p a p  p p p p
客户 ‹客户号›                           | 客户 {carol}              | p p a p  客 客 a a
备注                                    |                           | p p a p  客 客 a a
备注 ‹序号› ‹备注›                      | 客户; 备注 1 王姐         | p p a p  客 客 a a
我的下级                                |                           | ? ? a ?  ? ? ? ?
我的下级 ‹页›                           | 我的下级 2                | ? ? a ?  ? ? ? ?
团队业绩                                |                           | ? ? a ?  ? ? ? ?
我的推广                                |                           | p p a p  a a a a

全部待办 / 待办                         |                           | ? ? ? ?  a a a a
通过 / 驳回                             |                           | ? ? ? ?  a a 审 a
通过 ‹序号›                             | 待办; 通过 1              | ? ? ? ?  a a 审 a
驳回 ‹序号› ‹理由›                      | 待办; 驳回 1 资料不全     | ? ? ? ?  a a 审 a
确认                                    |                           | ? ? ? ?  a a a a
确认 ‹确认码›                           | 确认 ABC234               | ? ? ? ?  a a a a
今日概览 / 概览 / 数据                  |                           | ? ? ? ?  a a a a
经营图 / 今日概览图 / 概览图            |                           | ? ? ? ?  a a a a
推广员业绩 / 业绩                       |                           | ? ? ? ?  a a a a
推广员业绩 ‹7 或 30›天                  | 推广员业绩 30天           | ? ? ? ?  a a a a
推广员列表 / 推广员                     |                           | ? ? ? ?  a a a a
推广员列表 ‹页›                         | 推广员列表 2              | ? ? ? ?  a a a a
推广员 ‹推荐码›                         | 推广员 {bob}              | ? ? ? ?  a a a a
推广员 ‹推荐码› 订单                    | 推广员 {bob} 订单         | ? ? ? ?  a a a a
推广员 ‹推荐码› 下级                    | 推广员 {bob} 下级         | ? ? ? ?  a a a a
订单退款 / 全部订单                     |                           | ? ? ? ?  a a a a
订单退款 ‹页›                           | 订单退款 2                | ? ? ? ?  a a a a
订单 ‹单号›                             | 订单 {order}              | ? ? ? ?  a a a a
规则设置 / 设置                         |                           | ? ? ? ?  a a a a
设置 ‹名称›                             | 设置 最低提现             | ? ? ? ?  a a a a
看                                      |                           | ? ? ? ?  a a a a
看 ‹名称›                               | 看 推广员协议             | ? ? ? ?  a a a a
商品佣金 / 商品                         |                           | ? ? ? ?  a a a a
商品佣金 ‹页›                           | 商品佣金 2                | ? ? ? ?  a a a a
商品 ‹编号›                             | 商品 SKU1                 | ? ? ? ?  a a a a
商品 ‹编号› 素材                              | 商品 SKU1 素材                | ? ? ? ?  a a a a
素材管理 / 管理素材                             |                           | ? ? ? ?  a a a a
素材管理 ‹页›                                | 素材管理 2                    | ? ? ? ?  a a a a
素材管理 ‹素材号›                              | 素材管理 ABC234               | ? ? ? ?  a a a a
分组 / 推广员分组                       |                           | ? ? ? ?  a a a a
分组列表 ‹页›                           | 分组列表 2                | ? ? ? ?  a a a a
分组 ‹名称›                             | 分组 金牌                 | ? ? ? ?  a a a a
分组 ‹名称› 成员                        | 分组 金牌 成员            | ? ? ? ?  a a a a
1–8                                     | 推广员列表; 1             | ? ? ? ?  a a a a

推广员审核 / 审核                       |                           | ? ? ? ?  a 审 审 a
审核 ‹申请›                             | 审核 {application}        | ? ? ? ?  a 审 审 a
冻结                                    |                           | ? ? ? ?  a 审 审 a
冻结 ‹推荐码› ‹原因›                    | 冻结 {bob} 核实           | ? ? ? ?  a 审 审 a
恢复                                    |                           | ? ? ? ?  a 审 审 a
恢复 ‹推荐码›                           | 恢复 {bob}                | ? ? ? ?  a 审 审 a
推广员 ‹推荐码› 海报                            | 推广员 {bob} 海报              | ? ? ? ?  a 审 审 a
移除头像 ‹推荐码›                              | 移除头像 {bob}                | ? ? ? ?  a 审 审 a

提现审核 / 通过提现 / 驳回提现          |                           | ? ? ? ?  财 a 财 a
提现单                                  |                           | ? ? ? ?  财 a 财 a
提现单 ‹单号›                           | 提现单 {asked}            | ? ? ? ?  财 a 财 a
通过提现 ‹单号›                         | 通过提现 {asked}          | ? ? ? ?  财 a 财 a
驳回提现 ‹单号› ‹理由›                  | 驳回提现 {asked} 户名不符 | ? ? ? ?  财 a 财 a
待打款 / 打款 / 开始打款 / 放弃打款 / 看收款码 |                    | ? ? ? ?  财 a 财 a
看收款码 ‹单号›                         | 看收款码 {asked}          | ? ? ? ?  财 a 财 a
开始打款 ‹单号›                         | 开始打款 {asked}          | ? ? ? ?  财 a 财 a
放弃打款 ‹单号›                         | 放弃打款 {asked}          | ? ? ? ?  财 a 财 a
已打款 ‹确认码›                         | 已打款 ABC234             | ? ? ? ?  财 a 财 a
已打款 ‹确认码› ‹流水号›                | 已打款 ABC234 PAY12345    | ? ? ? ?  财 a 财 a
优惠超额                                |                           | ? ? ? ?  财 a 财 a
优惠超额 ‹页›                           | 优惠超额 2                | ? ? ? ?  财 a 财 a
退款超额                                |                           | ? ? ? ?  财 a 财 a
退款超额 ‹页›                           | 退款超额 2                | ? ? ? ?  财 a 财 a
消息冲突                                |                           | ? ? ? ?  财 a 财 a
消息冲突 ‹页›                           | 消息冲突 2                | ? ? ? ?  财 a 财 a
消息冲突 ‹编号›                         | 消息冲突 k3m9xa2b         | ? ? ? ?  财 a 财 a
已核对                                  |                           | ? ? ? ?  财 a 财 a
已核对 ‹单号、编号或序号›               | 已核对 {order}            | ? ? ? ?  财 a 财 a
已打款                                  |                           | ? ? ? ?  财 a 财 a
推广明细 / 明细                         |                           | ? ? ? ?  财 a 财 a
推广明细 ‹推荐码、状态或月份›           | 推广明细 {bob} 待结算     | ? ? ? ?  财 a 财 a
线下结算                                |                           | ? ? ? ?  财 a 财 a
线下结算 到 ‹最后一天›                  | 线下结算 到 2-28          | ? ? ? ?  财 a 财 a
登记结算                                |                           | ? ? ? ?  财 a 财 a
登记结算 到 ‹最后一天› 凭证 ‹流水号›    | 登记结算 到 2-28 凭证 PAY12345 | ? ? ? ?  财 a 财 a
结算记录                                |                           | ? ? ? ?  财 a 财 a
结算记录 ‹页›                           | 结算记录 2                | ? ? ? ?  财 a 财 a
结算单                                  |                           | ? ? ? ?  财 a 财 a
结算单 ‹单号›                           | 结算单 ABC234             | ? ? ? ?  财 a 财 a

客户列表                                |                           | ? ? ? ?  客 客 a a
客户列表 ‹无归属或推荐码›               | 客户列表 无归属           | ? ? ? ?  客 客 a a
找客户                                  |                           | ? ? ? ?  客 客 a a
找客户 ‹称呼、备注或手机›               | 找客户 王姐               | ? ? ? ?  客 客 a a
分配 ‹序号› ‹推荐码› ‹计佣或仅跟进› ‹原因› | 客户列表; 分配 1 {bob} 搬家 | ? ? ? ?  客 客 a a
转移 ‹推荐码› ‹推荐码› 全部 ‹原因›      | 转移 {bob} {alice} 全部 搬家 | ? ? ? ?  客 客 a a
分配 ‹别的话›                           | 分配 给他                 | ? ? ? ?  客 客 a a
待认领订单 / 待认领 / 认领              |                           | ? ? ? ?  客 客 a a
待认领订单 ‹页›                         | 待认领订单 2              | ? ? ? ?  客 客 a a
认领 ‹单号› ‹客户›                      | 认领 {order} 13800138000  | ? ? ? ?  客 客 a a

操作记录                                |                           | ? ? ? ?  主 主 主 a
操作记录 ‹页›                           | 操作记录 2                | ? ? ? ?  主 主 主 a
开张                                      |                           | ? ? ? ?  主 主 主 a
海报招募                                    |                           | ? ? ? ?  主 主 主 a
海报招募 ‹店铺、商品或邀请›                         | 海报招募 商品                   | ? ? ? ?  主 主 主 a
海报底图 ‹店铺、商品或邀请›                         | 海报底图 店铺                   | ? ? ? ?  主 主 主 a
海报底图 ‹店铺、商品或邀请› 恢复默认                    | 海报底图 店铺 恢复默认              | ? ? ? ?  主 主 主 a
海报样张 ‹店铺、商品或邀请›                         | 海报样张 商品                   | ? ? ? ?  主 主 主 a
用 / 用这张 / 就用这张                          |                           | ? ? ? ?  主 主 主 a
换 / 换一张                                 |                           | ? ? ? ?  主 主 主 a
全店海报数据                                  |                           | ? ? ? ?  主 主 主 a
全店海报数据 ‹页›                              | 全店海报数据 2                  | ? ? ? ?  主 主 主 a
设置 ‹名称› ‹值›                        | 设置 最低提现 10          | ? ? ? ?  主 主 主 a
我已了解二级风险                        |                           | ? ? ? ?  主 主 主 a
商品 加 / 加商品                        |                           | ? ? ? ?  主 主 主 a
商品 加 ‹编号› ‹名称› ‹价格› ‹类型›     | 商品 加 SKU2 洗发水 60 实物 | ? ? ? ?  主 主 主 a
商品 ‹编号› 推广 ‹开或关›               | 商品 SKU1 推广 关         | ? ? ? ?  主 主 主 a
商品 ‹编号› 比例 默认                   | 商品 SKU1 比例 默认       | ? ? ? ?  主 主 主 a
商品 ‹编号› 一级 ‹比例› 二级 ‹比例›     | 商品 SKU1 一级 12% 二级 3% | ? ? ? ?  主 主 主 a
商品 ‹编号› 二级 ‹比例›                 | 商品 SKU1 二级 3%         | ? ? ? ?  主 主 主 a
商品 ‹编号› 分组 ‹名称› 一级 ‹比例› 二级 ‹比例› | 商品 SKU1 分组 金牌 一级 15% | ? ? ? ?  主 主 主 a
商品 ‹编号› 分组 ‹名称› 默认            | 商品 SKU1 分组 金牌 默认  | ? ? ? ?  主 主 主 a
商品 ‹编号› ‹别的话›                    | 商品 SKU1 便宜            | ? ? ? ?  主 主 主 a
加素材                                     |                           | ? ? ? ?  主 主 主 a
加素材 ‹文字›                                | 加素材 到货了                   | ? ? ? ?  主 主 主 a
商品 ‹编号› 加素材 ‹文字›                        | 商品 SKU1 加素材 到货了           | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 上架                           | 素材管理 ABC234 上架            | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 下架                           | 素材管理 ABC234 下架            | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 改 ‹文字›                       | 素材管理 ABC234 改 到货了         | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 图片                           | 素材管理 ABC234 图片            | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 清空图片                         | 素材管理 ABC234 清空图片          | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 商品 ‹编号›                      | 素材管理 ABC234 商品 SKU1       | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 删除                           | 素材管理 ABC234 删除            | ? ? ? ?  主 主 主 a
素材管理 ‹素材号› 确认删除                         | 素材管理 ABC234 确认删除          | ? ? ? ?  主 主 主 a
分组 加 / 加分组                        |                           | ? ? ? ?  主 主 主 a
分组 加 ‹名称›                          | 分组 加 银牌              | ? ? ? ?  主 主 主 a
分组 ‹名称› 改名 ‹新名字›               | 分组 金牌 改名 银牌       | ? ? ? ?  主 主 主 a
分组 ‹名称› 删除                        | 分组 金牌 删除            | ? ? ? ?  主 主 主 a
分组 ‹名称› 一级 ‹比例› 二级 ‹比例›     | 分组 金牌 一级 12% 二级 3% | ? ? ? ?  主 主 主 a
分组 ‹名称› 比例 默认                   | 分组 金牌 比例 默认       | ? ? ? ?  主 主 主 a
分组 ‹名称› 加 ‹序号或推荐码›           | 分组 金牌 加 {bob}        | ? ? ? ?  主 主 主 a
分组 ‹名称› 减 ‹序号或推荐码›           | 分组 金牌 减 {bob}        | ? ? ? ?  主 主 主 a
分组 ‹名称› 裂变 ‹开或关›               | 分组 金牌 裂变 开         | ? ? ? ?  主 主 主 a
分组 ‹名称› ‹别的话›                    | 分组 金牌 什么            | ? ? ? ?  主 主 主 a
推广员 ‹推荐码› 分组                    | 推广员 {bob} 分组         | ? ? ? ?  主 主 主 a
归属                                    |                           | ? ? ? ?  主 主 主 a
归属 ‹单号› ‹推荐码› ‹原因›             | 归属 {order} {alice} 弄错 | ? ? ? ?  主 主 主 a
解约                                    |                           | ? ? ? ?  主 主 主 a
解约 ‹推荐码› 移交 ‹推荐码› ‹原因›      | 解约 {bob} 移交 {alice} 不做了 | ? ? ? ?  主 主 主 a
上级 / 改上级                           |                           | ? ? ? ?  主 主 主 a
上级 ‹推荐码› ‹推荐码或无› ‹原因›       | 上级 {bob} 无 调整        | ? ? ? ?  主 主 主 a
改邀请人                                |                           | ? ? ? ?  主 主 主 a
改邀请人 ‹申请› ‹推荐码或无›            | 改邀请人 {application} 无 | ? ? ? ?  主 主 主 a
员工 / 店员 / 移除店员 / 转让店主       |                           | ? ? ? ?  主 主 主 a
员工 ‹页›                               | 员工 2                    | ? ? ? ?  主 主 主 a
员工 ‹员工号›                           | 员工 {cashier}            | ? ? ? ?  主 主 主 a
员工 ‹员工号› ‹加或减› ‹审核、财务或客服› | 员工 {cashier} 加 客服  | ? ? ? ?  主 主 主 a
员工 ‹员工号› 备注 ‹备注›               | 员工 {cashier} 备注 小王  | ? ? ? ?  主 主 主 a
移除店员 ‹员工号›                       | 移除店员 {cashier}        | ? ? ? ?  主 主 主 a
转让店主 ‹员工号›                       | 转让店主 {cashier}        | ? ? ? ?  主 主 主 a
门店                                    |                           | ? ? ? ?  主 主 主 a
门店 ‹序号或推荐码› ‹名称›              | 门店 {bob} 西湖店         | ? ? ? ?  主 主 主 a
邀请成员 / 成员邀请                     |                           | ? ? ? ?  主 主 主 a
邀请成员 ‹分组› 门店 ‹名称›             | 邀请成员 金牌 门店 西湖店 | ? ? ? ?  主 主 主 a
成员邀请 ‹邀请›                         | 成员邀请 {invitation}     | ? ? ? ?  主 主 主 a
成员邀请 ‹邀请› 二维码                  | 成员邀请 {invitation} 二维码 | ? ? ? ?  主 主 主 a
成员邀请 ‹邀请› 海报                    | 成员邀请 {invitation} 海报 | ? ? ? ?  主 主 主 a
成员邀请 ‹邀请› 结束                    | 成员邀请 {invitation} 结束 | ? ? ? ?  主 主 主 a
员工二维码 / 加店员                     |                           | ? ? ? ?  主 主 主 a
员工二维码 ‹审核、财务或客服›           | 员工二维码 财务           | ? ? ? ?  主 主 主 a
"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    words: tuple[str, ...]
    lines: tuple[str, ...]
    """What is said, one after the other: the first word where nothing else is written (the others take its route,
    see test_routes.py)."""
    cells: tuple[str, ...]


def rows() -> Iterator[Row]:
    for line in TABLE.strip().splitlines()[2:]:
        if not line:
            continue
        left, said, cells = (part.strip() for part in line.split("|"))
        words = tuple(word.strip() for word in left.split(" / "))
        yield Row(words, tuple(said.split("; ")) if said else words[:1], tuple(cells.split()))


ROWS = tuple(rows())
