"""Devices in two words."""

import pytest

from citybrain.devices import device_of

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
MOZILLA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (CHROME, "Chrome · Linux"),
        (f"{MOZILLA} AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        (f"{MOZILLA} Gecko/20100101 Firefox/127.0", "Firefox · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
            "Safari · iPhone",
        ),
        ("curl/8.5", "curl"),
        ("", "未知设备"),
    ],
)
def test_a_device_is_named_by_browser_and_system(user_agent: str, said: str) -> None:
    assert device_of(user_agent) == said
