"""The pages beside the story: an open cashier and the operators' console, looked at as a browser without scripts would."""
import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

operator = "ada"


class Pages:
    def __init__(self, house):
        self.api, self.admin = house.api, house.admin
        self.password = house.environment["TAEL_CONSOLE_PASSWORD"]
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def _read(self, url, form=None):
        raw = None if form is None else urllib.parse.urlencode(form).encode()
        with self.browser.open(url, raw, timeout=10) as page:
            return page.read().decode()

    def cashier_offers(self, order, path):
        """Whether the order's page lets a payer choose `path` now."""
        page = self._read(f"http://127.0.0.1:{self.api}/cashier/{order['id']}")
        button = re.search(rf'<button[^>]*data-path="{re.escape(path)}"[^>]*>', page)
        return bool(button) and " disabled" not in button[0]

    def console_state(self, path):
        """The breaker's state as the console's first page shows it; nothing before the breakers have answered."""
        console = f"http://127.0.0.1:{self.admin}/console"
        page = self._read(console)
        if "/console/login" in page:  # The node may have been started anew: sessions end with it.
            page = self._read(f"{console}/login", {"actor": operator, "password": self.password})
        shown = re.search(rf'data-cell="{re.escape(path)}:state">(\w+)<', page)
        return shown and shown[1]
