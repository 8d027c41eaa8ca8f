"""Plays a short loop of `wmclients serve` for hours with ffmpeg and MPlayer, whose lines would say if a seam ever hurt."""

import os
import subprocess
import time

import bench
import players

MINUTES = 120

# MPlayer has no clock of its own: -ao null takes the sound as fast as a sound card would, and so runs dry if it is short.
COMMANDS = {
    "ffmpeg": ["ffmpeg", "-nostdin", "-loglevel", "warning", "-t", "SECONDS", "-i", "URL", "-f", "null", "-"],
    "mplayer": ["mplayer", "-noconfig", "all", "-nolirc", "-msglevel", "all=2", "-vo", "null", "-ao", "null", "URL"],
}


def judge(name, player, said, ended):
    """Why a player did not bear it, or nothing."""
    code, lines = player.poll(), players.complaints(name, said.read_text(errors="replace"), ended)
    if lines:
        return f"it says {lines[:3]}"
    if name == "ffmpeg" and code != 0:
        return f"it ended with {code}"
    if name == "mplayer" and code is not None and not ended:
        return f"it ended with {code} before the stream did"
    return None


def loops(the_bench, options):
    """{what was tested: why it failed, or None}"""
    bench.need("ffmpeg", "mplayer")
    seconds, results, started = options.minutes * 60, {}, {}
    try:
        with the_bench.sink(the_bench.four, "--max-clients", 9) as sink:
            for name, command in COMMANDS.items():
                said = the_bench.scratch / f"{name}.said"
                with open(said, "wb") as out:
                    words = [{"SECONDS": str(seconds), "URL": f"mmsh://127.0.0.1:{sink.port}/"}.get(word, word) for word in command]
                    started[name] = (subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                                      env=dict(os.environ, HOME=str(the_bench.scratch))), said)
            time.sleep(min(60, seconds / 2))
            memory = sink.resident()
            started["ffmpeg"][0].wait(seconds * 1.2 + 60)
            results["ffmpeg"] = judge("ffmpeg", *started["ffmpeg"], ended=False)
            results["mplayer"] = judge("mplayer", *started["mplayer"], ended=False)
            grown = sink.resident() - memory
            results["memory"] = f"{grown} KiB more after {options.minutes:g} minutes" if grown > 4096 else None
            bench.end(started["mplayer"][0])
            sink.stop()
    finally:
        for player, _ in started.values():
            bench.end(player)
    return results
