"""Fictional people, bodies, places and numbers with right check digits, always the same.

Nothing here can stand for a real person or body: resident numbers carry 460199, a county code never
assigned; mobile numbers begin with 154, a segment given to no operator; landlines begin with 0; bank
cards begin with 6200000000; credit codes hold an organisation code XN......, which no registry
issues; roads, communities and companies are invented. Township names are real.
"""

import random
from datetime import date, datetime, time, timedelta

AS_OF = date(2026, 6, 30)
DISTRICTS = {
    "460105": ("秀英区", 110.24, 19.98),
    "460106": ("龙华区", 110.31, 20.01),
    "460107": ("琼山区", 110.37, 19.98),
    "460108": ("美兰区", 110.38, 20.04),
}
SURNAMES = "王李张刘陈林吴黄符郑周冯邢何云韩许蔡曾邓龙梁潘韦谢"
GIVEN = "海椰澜屿岚汐舟帆晴云山川禾穗安宁和嘉明远书诚若清淑芳文秀志建国强丽华"
ROADS = ("演示一路", "演示二路", "样例大道", "样例横街", "示范南路", "虚拟北街")
COMMUNITIES = ("椰影演示小区", "海韵样例花园", "云帆示范里", "岚屿演示公寓")
WORDS = (
    *("椰澜", "海屿", "云帆", "琼岚", "蓝汐", "南溟", "骑楼", "潮生"),
    *("甘蔗", "火山", "荔湾", "鹿岛", "白沙", "星河", "晨曦", "望海"),
)
TRADES = (
    ("商贸", "日用百货、农副产品、电子产品的批发和零售"),
    ("餐饮管理", "餐饮服务，餐饮管理咨询，食品销售"),
    ("信息技术", "软件开发，信息系统集成，数据处理服务"),
    ("旅行社", "国内旅游业务，入境旅游业务，票务代理"),
    ("物流", "普通货物仓储，道路货物运输，国际货运代理"),
    ("农业开发", "热带水果和蔬菜的种植、收购、销售"),
    ("建筑工程", "房屋建筑施工，市政设施施工，园林绿化施工"),
    ("医药", "药品零售，医疗器械经营，保健食品销售"),
)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Maker:
    """Parts of fictional people and bodies; each file has its own, so files stay independent."""

    def __init__(self, name: str, townships: dict[str, list[str]]) -> None:
        self.random = random.Random(f"citybrain-demo-{name}")  # noqa: S311 - plausible, not secret
        self.townships = townships
        self.companies = 0

    def day(self, first: date, last: date = AS_OF) -> date:
        return first + timedelta(days=self.random.randint(0, (last - first).days))

    def moment(self, first: date, last: date = AS_OF) -> datetime:
        clock = time(self.random.randint(8, 20), self.random.randint(0, 59))
        return datetime.combine(self.day(first, last), clock)

    def place(self) -> tuple[str, str]:
        """A district code and the name of a township in it."""
        code = self.random.choice(list(DISTRICTS))
        return code, self.random.choice(self.townships[code])

    def address(self, district: str, township: str) -> str:
        pick = self.random
        road = f"{pick.choice(ROADS)}{pick.randint(1, 299)}号"
        return f"海口市{DISTRICTS[district][0]}{township}{road}"

    def home(self, district: str, township: str) -> str:
        pick = self.random
        flat = f"{pick.randint(1, 18)}栋{pick.randint(1, 3)}单元{pick.randint(1, 18):02d}01室"
        return f"{self.address(district, township)}{pick.choice(COMMUNITIES)}{flat}"

    def point(self, district: str) -> tuple[str, str]:
        """Longitude and latitude near the middle of the district, in degrees."""
        _, longitude, latitude = DISTRICTS[district]
        shift = [self.random.uniform(-0.05, 0.05), self.random.uniform(-0.03, 0.03)]
        return f"{longitude + shift[0]:.6f}", f"{latitude + shift[1]:.6f}"

    def person(self) -> str:
        given = self.random.sample(GIVEN, self.random.choice((1, 2, 2, 2)))
        return self.random.choice(SURNAMES) + "".join(given)

    def resident_id(self, born: date, male: bool) -> str:
        """GB 11643 with a right check digit; the county 460199 does not exist."""
        order = self.random.randint(0, 499) * 2 + int(male)
        body = f"460199{born:%Y%m%d}{order:03d}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        return body + "10X98765432"[total % 11]

    def mobile(self) -> str:
        return f"154{self.random.randint(0, 99_999_999):08d}"

    def landline(self) -> str:
        return f"0898-0{self.random.randint(0, 9_999_999):07d}"

    def bank_card(self) -> str:
        """19 digits, the last by Luhn's rule."""
        body = f"6200000000{self.random.randint(0, 99_999_999):08d}"
        total = 0
        for position, digit in enumerate(reversed(body)):
            value = int(digit) * (2 if position % 2 == 0 else 1)
            total += value - 9 if value > 9 else value
        return f"{body}{-total % 10}"

    def credit_code(self, prefix: str) -> str:
        """GB 32100 with right check digits; `prefix`: authority, kind and region, 8 characters."""
        body = f"XN{100_000 + self.random.randint(0, 899_999):06d}"
        weights = (3, 7, 9, 10, 5, 8, 4, 2)
        inner = sum(int(sign, 36) * weight for sign, weight in zip(body, weights, strict=True))
        number = f"{prefix}{body}{'0123456789X0'[11 - inner % 11]}"
        total = sum(
            CREDIT_ALPHABET.index(sign) * pow(3, power, 31) for power, sign in enumerate(number)
        )
        return number + CREDIT_ALPHABET[-total % 31]

    def company(self) -> tuple[str, str]:
        """A company's name, unique in the file, and what it does."""
        trade, scope = self.random.choice(TRADES)
        word = "".join(self.random.sample(WORDS, 2))
        self.companies += 1
        return f"海口{word}{trade}有限公司（演示{self.companies:03d}）", scope
