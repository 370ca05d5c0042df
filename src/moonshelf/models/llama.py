"""The child process that runs the embedded model: llama.cpp's own server on a loopback port of its own choice.

One line of JSON on standard input says what to run, one on standard output where it listens. It ends when standard
input does, so however its parent dies, killed without warning included, it goes too.
"""

import contextlib
import json
import os
import sys
from typing import IO


def main() -> None:
    """Serve until standard input ends."""
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)  # the library prints; only the address may reach the parent's pipe
        given = json.loads(sys.stdin.readline())
        address = _serve(given)
        _say(out, address)
        sys.stdin.read()
    os._exit(0)  # not through destructors, which wait for a running generation to end


def _serve(given: dict[str, str | int]) -> str:
    """Start the server in threads of its own; the address stands once the model is loaded."""
    import xllamacpp  # type: ignore[import-untyped]  # it ships none  # noqa: PLC0415 - heavy: only this process needs it

    params = xllamacpp.CommonParams()
    params.model.path = given["weights"]
    if given["projector"]:
        params.mmproj.path = given["projector"]
        params.mmproj_use_gpu = False
    params.model_alias = {given["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [given["key"]]  # loopback is open to every user of the machine
    params.n_ctx = given["context_length"]
    params.n_parallel = 1
    params.cpuparams.n_threads = 1  # measured: more threads generate no faster, and starve the readers of files
    params.cpuparams_batch.n_threads = given["threads"]
    params.n_predict = given["max_tokens"]  # where the caller names no limit; a small model may not find its end
    params.sampling.temp = 0.0  # where the caller names none; what varies is seldom better at this size
    params.cache_ram_mib = 0  # up to 8 GB otherwise
    params.warmup = False
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 1  # errors only: more would put prompts into our log
    server = xllamacpp.Server(params)
    _KEPT.append(server)
    return str(server.listening_address)


_KEPT: list[object] = []  # the server ends when it is collected


def _say(out: IO[str], address: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # the parent is gone; standard input has ended too
        out.write(json.dumps({"address": address}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
