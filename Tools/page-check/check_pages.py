"""Checks pages of derivations in a headless Chromium: `run` beside this file prepares everything.

Each page is opened at the size of a desk and of a telephone, in light and in dark. A line for each failure; the status
is 0 only if there are none.
"""

import argparse
import base64
import json
import pathlib
import shutil
import sys

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from urllib3.exceptions import HTTPError

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
# One view of a long derivation is walked to its end; the others so far, and then they jump to the end.
REACH = 30

STATE = """
const indices = (name, list) => [...document.querySelectorAll(list)]
  .flatMap((element, i) => element.classList.contains(name) ? [i] : []);
return {
  current: [...document.querySelectorAll('.step.current')].map(step => step.id),
  nodes: indices('highlighted', '#graph .node'), edges: indices('highlighted', '#graph .edge'),
  subjects: indices('subject', '#graph .node'), said: document.getElementById('now').textContent,
  hash: location.hash, pending: document.querySelectorAll('#graph text.pending').length,
};
"""

STEPS = """
const numbers = text => text ? text.split(' ').map(Number).sort((a, b) => a - b) : [];
return [...document.querySelectorAll('.step')].map(step => ({
  id: step.id, nodes: numbers(step.dataset.nodes), edges: numbers(step.dataset.edges),
  subject: Number(step.dataset.subject), say: step.dataset.say,
}));
"""

# A formula in a closed list is not drawn, and a page need not draw what is far below.
FLAT_FORMULAS = """
return [...document.querySelectorAll('math')].filter(math => {
  if (math.closest('details:not([open])')) return false;
  const box = math.getBoundingClientRect();
  return box.width < 2 || box.height < 4 || math.namespaceURI !== 'http://www.w3.org/1998/Math/MathML';
}).map(math => math.getAttribute('alttext'));
"""

# Text against the ground it stands on, by the formula of WCAG 2.2, for the page itself; the graph has its own.
CONTRAST = """
const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const parsed = new Map();
const parse = colour => {
  if (!parsed.has(colour)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    parsed.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
  }
  return parsed.get(colour);
};
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const ground = element => {
  for (; element; element = element.parentElement) {
    const colour = parse(getComputedStyle(element).backgroundColor);
    if (colour[3] === 255) return colour;
  }
  return [255, 255, 255, 255];
};
const found = new Set();
for (const element of document.querySelectorAll('h1,h2,p,a,pre,td,th,li,span,summary,math,footer,.formula')) {
  if (element.closest('[hidden]') || !element.getClientRects().length || !element.textContent.trim()) continue;
  const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) found.add(`${element.tagName.toLowerCase()}.${element.className} has ${ratio.toFixed(2)}`);
}
return [...found];
"""


class Check:
    """One page at one size in one scheme."""

    def __init__(self, driver, page, size, scheme, screenshots):
        self.driver, self.page, self.size, self.scheme = driver, page, size, scheme
        self.screenshots = screenshots
        self.failures = []

    def expect(self, holds, words):
        if not holds:
            self.failures.append(f"FAIL {self.page.stem} ({self.size}, {self.scheme}): {words}")

    def run(self):
        self.open()
        try:
            self.try_everything()
        except WebDriverException as error:
            self.expect(False, f"the browser can't go on: {(error.msg or type(error).__name__).splitlines()[0]}")
        self.listen()
        return self.failures

    def try_everything(self):
        self.steps = self.driver.execute_script(STEPS)
        self.expect(self.steps, "there are no steps")
        self.look()
        self.press_buttons()
        # What doesn't depend on colours is tried once.
        if self.scheme == SCHEMES[0]:
            self.press_keys()
            self.click_nodes()
            self.follow_hashes()
        self.toggle_scheme()

    def open(self):
        width, height = SIZES[self.size]
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
            mobile=self.size == "phone")
        self.command(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": self.scheme},
                      {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(self.page.as_uri())

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    # What is seen

    def look(self):
        flat = self.driver.execute_script(FLAT_FORMULAS)
        self.expect(not flat, f"formulas without a box: {flat[:3]}")
        count = len(self.driver.find_elements(By.TAG_NAME, "math"))
        self.expect(count > 0, "no formula is there")
        self.expect_no_overflow("at first")
        self.expect_contrast("at first")
        self.expect(not self.driver.execute_script("return document.querySelectorAll('img, iframe, object').length"),
                    "an element of somebody else is in the page")
        self.shoot("start")
        self.shoot("whole", is_whole=True)

    def expect_no_overflow(self, when):
        widths = self.driver.execute_script(
            "return [document.documentElement.scrollWidth, innerWidth, visualViewport.width]")
        self.expect(widths[0] <= widths[1] and widths[0] <= widths[2] + 1, f"the page is too wide {when}: {widths}")

    def expect_contrast(self, when):
        faint = self.driver.execute_script(CONTRAST)
        self.expect(not faint, f"too little contrast {when}: {faint[:3]}")

    def shoot(self, name, is_whole=False):
        """A picture of what is seen, or of the page to its end."""
        if not self.screenshots:
            return
        picture = self.command("Page.captureScreenshot", captureBeyondViewport=is_whole, **(
            {"clip": {"x": 0, "y": 0, "scale": 1, **self.driver.execute_script(
                "return {width: innerWidth, height: Math.min(document.documentElement.scrollHeight, 6000)}")}}
            if is_whole else {}))
        path = self.screenshots / f"{self.page.stem}-{self.size}-{self.scheme}-{name}.png"
        path.write_bytes(base64.b64decode(picture["data"]))

    # Stepping

    def state(self):
        state = self.driver.execute_script(STATE)
        return state

    def expect_step(self, number, how):
        """The step is current, and exactly its nodes and edges are highlighted; 0 for none."""
        state = self.state()
        if number == 0:
            self.expect(not state["current"] and not state["nodes"] and not state["edges"],
                        f"{how}: something is highlighted before the first step: {state}")
            self.expect(state["pending"] == 0, f"{how}: numbers are hidden before the first step")
            return state
        step = self.steps[number - 1]
        self.expect(state["current"] == [step["id"]], f"{how}: {state['current']} is current, not {step['id']}")
        for parts in ("nodes", "edges"):
            self.expect(state[parts] == sorted(set(step[parts])),
                        f"{how}: {parts} {state[parts]} are highlighted, not {step[parts]} of {step['id']}")
        self.expect(state["subjects"] == [step["subject"]], f"{how}: the subject is {state['subjects']}")
        self.expect(state["said"] == step["say"], f"{how}: “{state['said']}” is announced")
        self.expect(state["hash"] == f"#{step['id']}", f"{how}: the address ends with {state['hash']}")
        return state

    def walk(self, how, forward, backward, reach=None):
        """From before the first step to the last one, or as far as `reach`, and back."""
        reach = min(reach or len(self.steps), len(self.steps))
        announced = [self.expect_step(0, how)["said"]]
        for number in range(1, reach + 1):
            forward()
            announced.append(self.expect_step(number, f"{how} forward")["said"])
            if how == "buttons" and number in (1, (reach + 1) // 2):
                self.inspect(number, "first" if number == 1 else "middle")
        self.expect(all(a != b for a, b in zip(announced, announced[1:])), f"{how}: an announcement is repeated")
        for number in range(reach - 1, -1, -1):
            backward()
            self.expect_step(number, f"{how} backward")
        self.expect_no_overflow(f"after {how}")

    def inspect(self, number, name):
        """How a step looks."""
        self.expect_visible(number)
        self.expect_contrast(f"in step {number}")
        self.shoot(name)

    def expect_visible(self, number):
        """The beginning of the step and its nodes can be seen without scrolling."""
        seen = self.driver.execute_script(
            """
            const panel = document.querySelector('.panel').getBoundingClientRect();
            const step = document.querySelector('.step.current h3').getBoundingClientRect();
            const top = innerWidth <= 800 ? panel.bottom : 0;
            return step.top >= top - 1 && step.bottom <= innerHeight + 1;
            """)
        self.expect(seen, f"the heading of step {number} is out of sight")
        seen = self.driver.execute_script(
            """
            const frame = document.getElementById('graph').getBoundingClientRect();
            const box = document.querySelector('#graph .node.subject').getBoundingClientRect();
            return box.bottom > Math.max(frame.top, 0) && box.top < Math.min(frame.bottom, innerHeight)
              && box.right > frame.left && box.left < frame.right;
            """)
        self.expect(seen, f"the node of step {number} is out of sight")

    def press_buttons(self):
        button = {name: self.driver.find_element(By.ID, name) for name in ("first", "previous", "next", "last")}
        is_whole = self.scheme == SCHEMES[0] and self.size == "desktop"
        self.walk("buttons", button["next"].click, button["previous"].click, reach=None if is_whole else REACH)
        button["last"].click()
        self.expect_step(len(self.steps), "button last")
        self.expect(self.state()["pending"] == 0, "numbers are hidden in the last step")
        self.inspect(len(self.steps), "last")
        self.expect(not button["next"].is_enabled(), "one can step on from the last step")
        button["first"].click()
        self.expect_step(1, "button first")
        button["previous"].click()

    def press_keys(self):
        self.driver.execute_script("document.activeElement.blur(); document.getElementById('graph').focus()")
        graph = self.driver.find_element(By.ID, "graph")
        self.walk("keys", lambda: graph.send_keys(Keys.ARROW_RIGHT), lambda: graph.send_keys(Keys.ARROW_LEFT),
                  reach=REACH)
        graph.send_keys(Keys.END)
        self.expect_step(len(self.steps), "key End")
        graph.send_keys(Keys.HOME)
        self.expect_step(1, "key Home")
        graph.send_keys(Keys.ESCAPE)
        self.expect_step(0, "key Escape")
        outline = self.driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
        self.expect(outline != "none", "focus cannot be seen")

    def click_nodes(self):
        """A node leads to a step that it takes part in; a click on a step selects it."""
        nodes = self.driver.execute_script(
            "return [...document.querySelectorAll('#graph .node')].map(node => node.getAttribute('role'))")
        for index, role in list(enumerate(nodes))[:20]:
            if role != "button":
                continue
            self.driver.execute_script(
                """
                const node = document.querySelectorAll('#graph .node')[arguments[0]];
                node.dispatchEvent(new MouseEvent('click', { bubbles: true }));
                """,
                index)
            current = self.state()["current"]
            number = int(current[0].removeprefix("step-")) if current else 0
            self.expect_step(number, f"click on node {index}")
            self.expect(number and index in self.steps[number - 1]["nodes"], f"node {index} leads to {current}")
        number = len(self.steps)
        self.driver.execute_script("document.getElementById(arguments[0]).click()", f"step-{number}")
        self.expect_step(number, "click on a step")

    def follow_hashes(self):
        number = (len(self.steps) + 1) // 2
        self.driver.get("about:blank")
        self.driver.get(f"{self.page.as_uri()}#step-{number}")
        self.expect_step(number, "address")
        self.driver.execute_script("location.hash = 'step-1'")
        WebDriverWait(self.driver, 5).until(lambda _: self.state()["current"] == ["step-1"])
        self.driver.find_element(By.ID, "graph").send_keys(Keys.ESCAPE)
        self.expect_step(0, "key Escape after an address")

    def toggle_scheme(self):
        def ground():
            return self.driver.execute_script("return getComputedStyle(document.body).backgroundColor")

        before = ground()
        self.driver.execute_script("document.getElementById('scheme').click()")
        self.expect(ground() != before, "the button for light and dark does nothing")
        self.driver.execute_script("document.getElementById('scheme').click()")
        self.expect(ground() == before, "the button for light and dark does not return")

    # What happens unseen

    def listen(self):
        for entry in self.driver.get_log("browser"):
            self.expect(entry["level"] not in ("SEVERE", "WARNING"), f"console: {entry['message']}")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
                own = (self.page.as_uri(), "about:blank")
                self.expect(address.split("#")[0] in own, f"something is loaded: {address[:100]}")


def without_scripts(driver, page):
    """Every step can be read where scripts are off."""
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    driver.get("about:blank")
    driver.get(page.as_uri())
    hidden = [s.get_attribute("id") for s in driver.find_elements(By.CLASS_NAME, "step") if not s.is_displayed()]
    shown = driver.find_element(By.ID, "next").is_displayed()
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    failures = [f"FAIL {page.stem} (without scripts): steps {hidden} are hidden"] if hidden else []
    return failures + ([f"FAIL {page.stem} (without scripts): buttons without a use are shown"] if shown else [])


def started():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-gpu", "--no-first-run"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screenshots", type=pathlib.Path, help="a folder for pictures of what was seen")
    parser.add_argument("pages", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    if arguments.screenshots:
        arguments.screenshots.mkdir(parents=True, exist_ok=True)
    for page in arguments.pages:
        if not page.is_file():
            sys.exit(f"page-check: there is no file {page}")
    driver, failures, checks = started(), [], 0
    try:
        for page in (page.resolve() for page in arguments.pages):
            for size in SIZES:
                for scheme in SCHEMES:
                    failures += Check(driver, page, size, scheme, arguments.screenshots).run()
                    checks += 1
            failures += without_scripts(driver, page)
    except HTTPError as error:
        failures.append(f"FAIL the browser doesn't answer: {type(error).__name__}")
    finally:
        driver.quit()
    print("\n".join(failures), end="\n" if failures else "")
    print(f"{len(arguments.pages)} pages, {checks} views, {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
