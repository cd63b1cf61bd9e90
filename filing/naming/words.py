"""Words that cannot identify a company, and family names: data of the naming rules, none of it complete.

Neutral words (中性词) are those of the help page, step 2, and of the naming page with their kin; the others are the
parts that company names are made of by 企业名称登记管理规定: 字号 between place, line of business and legal form.
"""

from typing import Final


def word_set(text: str) -> frozenset[str]:
    """The words of a text that are separated by white space."""
    return frozenset(text.split())


NEUTRAL_WORDS: Final = word_set(
    """
    通知 提醒 提示 公告 通告 告知 须知 客服 客服中心 服务中心 温馨 您好 尊敬 尊敬的 尊贵 亲爱 亲爱的 欢迎 感谢 祝福
    问候 关怀 祝您 验证 验证码 校验 校验码 动态码 动态密码 密码 登录 注册 短信 消息 信使 警告 预警 告警 反馈 回访
    咨询热线 热线 小秘书 活动 优惠 促销 福利 回馈 特惠 快讯 订单 账单 缴费 还款 到账 积分 中奖 售后 官方 会员 用户
    客户 顾客 系统 平台 助手 小助手
    """
)
"""Words that say what a message is or whom it is for, and not whose it is."""

FILLING_WORDS: Final = word_set(
    """
    服务 中心 信息 业务 安全 管理 办理 重要 账户 账号 公司 本公司 我们 企业 商家 在线 网上 网站 微信 手机 电话 专员
    专用 部门 您 你 的 请
    """
)
"""Words that leave a neutral name as neutral as it is: 客服通知 and 客服通知中心."""

INDUSTRY_WORDS: Final = word_set(
    """
    科技 技术 网络 网络科技 信息 信息技术 信息科技 电子 电子商务 电子科技 商务 软件 智能 智能科技 人工智能 数字 数据
    大数据 云计算 计算机 互联网 物联网 通信 通讯 电信 传媒 文化 文化传媒 文化传播 传播 广告 影视 娱乐 游戏 动漫 艺术
    设计 出版 印刷 教育 教育科技 培训 教育咨询 咨询 企业管理 管理 管理咨询 服务 商务服务 人力资源 劳务 劳务派遣 策划
    会展 公关 物流 快递 快运 速递 运输 货运 客运 供应链 供应链管理 仓储 冷链 航空 航运 铁路 公交 出租 汽车 汽车销售
    汽车服务 租赁 新能源 贸易 国际贸易 商贸 商业 进出口 零售 批发 百货 超市 连锁 便利 电器 家电 家居 家具 建材 装饰
    装饰工程 建筑 建筑工程 工程 建设 房地产 房地产开发 置业 地产 物业 物业管理 物业服务 酒店 酒店管理 宾馆 旅游 旅行
    旅行社 国际旅行社 餐饮 餐饮管理 餐饮服务 食品 饮食 饮料 酒业 茶业 农业 农业科技 农产品 林业 牧业 渔业 养殖 种业
    园林 花卉 环保 环保科技 环境 水务 水利 电力 能源 石油 化工 化学 燃气 热力 矿业 钢铁 金属 机械 机械设备 机电 设备
    仪器 仪表 制造 制品 材料 新材料 塑料 橡胶 纺织 服装 服饰 鞋业 皮革 纸业 包装 玻璃 陶瓷 五金 珠宝 首饰 工艺品
    化妆品 日用品 医药 医药科技 药业 制药 生物 生物科技 生物技术 医疗 医疗器械 医疗科技 健康 健康管理 健康科技 养老
    养老服务 体育 体育文化 健身 金融 金融服务 金融科技 投资 投资管理 资产 资产管理 基金 基金管理 证券 期货 保险
    保险经纪 保险代理 财产保险 人寿保险 财险 人寿 信托 担保 融资担保 融资租赁 小额贷款 消费金融 支付 典当 拍卖 资本
    控股 实业 产业 发展 开发 国际 股份 企业 知识产权 检测 检验 认证 评估 测绘 勘察 监理 保安 安保 保洁 家政 家政服务
    美容 美发 摄影 婚庆 宠物 母婴 财务 财税 税务 会计 法律 律师 公证 人民 实验 附属 职业 职业技术 第一 第二 第三 第四
    第五 市立 省立 公立 民办
    """
)
"""Lines of business (行业), which companies share."""

LEGAL_FORMS: Final = word_set(
    """
    有限责任公司 股份有限公司 集团股份有限公司 集团有限公司 集团有限责任公司 有限公司 股份公司 集团公司 总公司
    控股集团有限公司 公司 集团 合伙企业 个人独资企业 律师事务所 会计师事务所 税务师事务所 事务所 医院 人民医院 中医院
    卫生院 卫生服务中心 门诊部 诊所 学校 大学 学院 中学 小学 幼儿园 培训学校 中心 研究院 研究所 设计院 协会 学会 商会
    基金会 专业合作社 合作社 联合社 银行 农村商业银行 支行 分行 分公司 委员会 管理委员会 管理局 人民政府 办公室 办事处
    店 酒店 大酒店 饭店 图书馆 博物馆 出版社 报社 电视台 厂 经营部 商行 商店 门市部 工作室 酒楼 药房 大药房
    """
)
"""Legal forms (组织形式) and kinds of institutions, with which their names end."""

FORM_FRAGMENTS: Final = word_set("有限 责任 股份 有限责任 股份有限")
"""Pieces of legal forms, as a short form may hold them."""

SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘"
    "祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景"
    "党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
"""The commonest family names of one character."""

COMPOUND_SURNAMES: Final = word_set(
    """
    欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 南宫 独孤 宇文 长孙 轩辕 百里 呼延 东郭 西门
    """
)
