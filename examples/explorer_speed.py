"""Measure an explorer page in Chromium: time to the first map, script time of a frame, and rate of frames.

    pip install playwright                     # and Chromium, as by apt install chromium
    wordvec explore vectors.vec -o words.html
    python examples/explorer_speed.py words.html king

A line of JSON for each number of device pixels of a CSS pixel. Times are in milliseconds, of a window of 1440 by 900:
from the beginning of loading to the first map and to the vectors; the processor time of the script for a frame, and
the median of its time by the clock, while the map moves and zooms, with a word chosen; and frames shown in a second.
Without graphics hardware, Chromium draws by software.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

FRAMES = 120
MOVE = """async frames => {
  const { map } = document.querySelector('.explorer').explorer;
  const next = () => new Promise(done => requestAnimationFrame(done));
  map.frames.length = 0;
  const begun = performance.now();
  for (let at = 0; at < frames; at++) {
    map.set({ x: 0.3 * Math.sin(at / 10), y: 0.2 * Math.cos(at / 10), zoom: 1 + at / 30 }, false);
    await next();
  }
  const seconds = (performance.now() - begun) / 1000, times = map.frames.slice(-frames).sort((a, b) => a - b);
  const mark = name => performance.getEntriesByName(name)[0].startTime;
  return { first_map: mark('explorer-map'), vectors: mark('explorer-ready'),
    frame_by_the_clock: times[frames >> 1], frames_a_second: frames / seconds };
}"""


def script_seconds(protocol: CDPSession) -> float:
    """Return the processor time of scripts so far."""
    metrics = {one["name"]: one["value"] for one in protocol.send("Performance.getMetrics")["metrics"]}
    return float(metrics["ScriptDuration"])


def main(file: str, word: str) -> None:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for ratio in (1, 2):
            window = chromium.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=ratio)
            page = window.new_page()
            page.goto(f"{Path(file).resolve().as_uri()}#q={word}")
            page.wait_for_selector(".explorer[data-ready]", timeout=120_000)
            page.evaluate(MOVE, FRAMES)  # compiles the script
            protocol = window.new_cdp_session(page)
            protocol.send("Performance.enable", {"timeDomain": "threadTicks"})
            before = script_seconds(protocol)
            found = page.evaluate(MOVE, FRAMES)
            found["frame"] = 1000 * (script_seconds(protocol) - before) / FRAMES
            print(json.dumps({"device_pixels": ratio} | {name: round(value, 1) for name, value in found.items()}))
            window.close()
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
