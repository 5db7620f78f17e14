"""Programs that fetch all records of a service page by page: what a caller's engineer begins from.

The code is read from the environment, never written into the program.
"""

import json
from dataclasses import dataclass
from string import Template
from urllib.parse import quote

from django.utils.translation import gettext as _

from sharing.gateway.admission import PURPOSE

CURL = Template("""\
curl -G '$address' \\
  -H "Authorization: Bearer $$$variable"$curl_purpose \\
  -d page_size=100$filter
""")

SIGNED_CURL = Template("""\
url='$address'; query='page_size=100$signed_filter'
code=$${CITYBRAIN_CODE#cba_}; key=$${code%%.*}; secret=$${code#*.}
time=$$(date +%s); nonce=$$(openssl rand -hex 16); path=/$${url#*://*/}
body=$$(printf '' | openssl dgst -sm3 -r | cut -c1-64)
signature=$$(printf 'CBA-HMAC-SM3\\nGET\\n%s\\n%s\\n%s\\n%s\\n%s' \\
  "$$path" "$$query" "$$body" "$$time" "$$nonce" \\
  | openssl dgst -sm3 -hmac "$$secret" -r | cut -c1-64)
curl "$$url?$$query" -H "Authorization: CBA-HMAC-SM3 key=$$key, time=$$time, nonce=$$nonce, signature=$$signature"$curl_purpose
""")

PYTHON = Template('''\
"""$title"""
import $python_modules

ADDRESS = "$address"
CODE = os.environ["$variable"]
$python_signing
def records(**filters):
    """$note"""
    after = 0
    while after is not None:
        query = urllib.parse.urlencode({"page_size": 100, "after": after, **filters})
        url = ADDRESS + "?" + query
        request = urllib.request.Request(url, headers={"Authorization": $python_header$python_purpose})
        with urllib.request.urlopen(request, timeout=30) as answer:
            page = json.load(answer)
        yield from page["records"]
        after = page["next"]

if __name__ == "__main__":
    for record in records($python_filter):
        print(record)
''')

JAVA = Template("""\
// $title
// $note$java_notes
${java_math}import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;$java_security
import java.util.regex.Matcher;
import java.util.regex.Pattern;$java_cryptography

public class Records {
    static final String ADDRESS = "$address";
    static final String CODE = System.getenv("$variable");
    static final Pattern NEXT = Pattern.compile("\\"next\\":(\\\\d+)\\\\}$$");
$java_signing
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        String filter = $java_filter;
        String after = "0";
        while (after != null) {
            URI uri = URI.create(ADDRESS + "?page_size=100&after=" + after + filter);
            HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", $java_header)$java_purpose.build();
            HttpResponse<String> answer = client.send(
                request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            System.out.println(answer.body());
            if (answer.statusCode() != 200) return;
            Matcher next = NEXT.matcher(answer.body());
            after = next.find() ? next.group(1) : null;
        }
    }
}
""")


# What programs need besides, when a code may have to sign its calls.
PYTHON_SIGNING = Template('''
def authorization(url):
    """$signing"""
    key, _, secret = CODE.removeprefix("cba_").partition(".")
    if not re.fullmatch("[0-9a-f]{64}", secret):
        return "Bearer " + CODE
    parts, now, nonce = urllib.parse.urlsplit(url), str(int(time.time())), secrets.token_hex(16)
    body = hashlib.new("sm3", b"").hexdigest()
    text = "\\n".join(("CBA-HMAC-SM3", "GET", parts.path, parts.query, body, now, nonce))
    signature = hmac.new(secret.encode(), text.encode(), "sm3").hexdigest()
    return f"CBA-HMAC-SM3 key={key}, time={now}, nonce={nonce}, signature={signature}"
''')

JAVA_SIGNING = """
    static String hex(byte[] bytes) {
        return String.format("%064x", new BigInteger(1, bytes));
    }

    static String authorization(URI uri) throws Exception {
        String[] code = CODE.substring(4).split("\\\\.", 2);
        if (!code[1].matches("[0-9a-f]{64}")) return "Bearer " + CODE;
        String time = String.valueOf(System.currentTimeMillis() / 1000);
        String nonce = UUID.randomUUID().toString();
        String body = hex(MessageDigest.getInstance("SM3").digest());
        String text = String.join("\\n", "CBA-HMAC-SM3", "GET", uri.getRawPath(),
            uri.getRawQuery(), body, time, nonce);
        Mac mac = Mac.getInstance("HmacSM3");
        mac.init(new SecretKeySpec(code[1].getBytes(StandardCharsets.UTF_8), "HmacSM3"));
        String signature = hex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        return "CBA-HMAC-SM3 key=" + code[0] + ", time=" + time + ", nonce=" + nonce
            + ", signature=" + signature;
    }
"""


@dataclass(frozen=True)
class Sample:
    """One program. `key` is part of its element's id, `rows` the lines that it has."""

    key: str
    language: str
    text: str

    @property
    def rows(self) -> int:
        return self.text.count("\n") + 1


def samples_of(
    title: str, address: str, filter_by: str = "", *, signs: bool = False, purpose: str = ""
) -> list[Sample]:
    """Sample programs for a service, filtering by the item `filter_by` where one is given.

    `signs` says that calls must be signed; Python and Java find that out by the code. `purpose` is
    the use that was granted, where it is known, and said with every call.
    """
    notes = [_("授权码的后一段为64位十六进制时须签名调用，否则直接携带授权码。")]
    library = _("SM3 和 HmacSM3 由国密安全提供者（例如 Bouncy Castle）提供，请先注册。")
    words = {
        "variable": "CITYBRAIN_CODE",
        "note": _("逐页读取全部数据行；授权码从环境变量 CITYBRAIN_CODE 读取。"),
        "python_modules": "hashlib, hmac, json, os, re, secrets, time, urllib.parse, urllib.request",
        "python_signing": PYTHON_SIGNING.substitute(signing=notes[0]),
        "python_header": "authorization(url)",
        "java_notes": "".join(f"\n// {note}" for note in [*notes, library][: 1 + signs]),
        "java_math": "import java.math.BigInteger;\n",
        "java_security": "\nimport java.security.MessageDigest;\nimport java.util.UUID;",
        "java_cryptography": "\nimport javax.crypto.Mac;\nimport javax.crypto.spec.SecretKeySpec;",
        "java_signing": JAVA_SIGNING,
        "java_header": "authorization(uri)",
        "purpose": purpose,
    }
    return _programs(title, address, filter_by, words, SIGNED_CURL if signs else CURL)


def open_samples_of(title: str, address: str) -> list[Sample]:
    """The same for open data, which is called with a key and never signed."""
    words = {
        "variable": "CITYBRAIN_KEY",
        "note": _("逐页读取全部数据行；密钥从环境变量 CITYBRAIN_KEY 读取。"),
        "python_modules": "json, os, urllib.parse, urllib.request",
        "python_signing": "",
        "python_header": '"Bearer " + CODE',
        "java_notes": "",
        "java_math": "",
        "java_security": "",
        "java_cryptography": "",
        "java_signing": "",
        "java_header": '"Bearer " + CODE',
    }
    return _programs(title, address, "", words, CURL)


def _programs(
    title: str, address: str, filter_by: str, words: dict[str, str], curl: Template
) -> list[Sample]:
    value = _("要查询的值")
    named = quote(filter_by)
    purpose = words.get("purpose", "")
    words |= {
        "curl_purpose": f' \\\n  -H "{PURPOSE}: {purpose}"' if purpose else "",
        "python_purpose": f', "{PURPOSE}": "{purpose}"' if purpose else "",
        "java_purpose": f'.header("{PURPOSE}", "{purpose}")' if purpose else "",
        "title": _one_line(title),
        "address": address,
        "signed_filter": f"&{named}={quote(value)}" if filter_by else "",
        "filter": f" \\\n  --data-urlencode '{named}={value}'" if filter_by else "",
        "python_filter": f"**{_literal({filter_by: value})}" if filter_by else "",
        "java_filter": (
            f'"&{named}=" + URLEncoder.encode({_literal(value)}, StandardCharsets.UTF_8)'
            if filter_by
            else '""'
        ),
    }
    return [
        Sample("curl", "curl", curl.substitute(words)),
        Sample("python", "Python 3", PYTHON.substitute(words)),
        Sample("java", "Java 11", JAVA.substitute(words)),
    ]


def _literal(value: object) -> str:
    """The value as both Python and Java write it."""
    return json.dumps(value, ensure_ascii=False)


def _one_line(text: str) -> str:
    """Nothing that would end the comment or the text in which it stands."""
    return " ".join(text.replace("\\", " ").replace('"', " ").split())
