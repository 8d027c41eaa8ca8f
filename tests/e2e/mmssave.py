#!/usr/bin/python3
"""Saves what libmms makes of an mmsh:// stream: an ASF file with packets of the fixed size.

    mmssave.py URL FILE SECONDS

Ends by itself after so many seconds, or at the end of the stream. libmms knows IPv4 only.
"""

import ctypes
import sys
import time


def main(url, file, seconds):
    mms = ctypes.CDLL("libmms.so.0")
    mms.mmsh_connect.restype = ctypes.c_void_p
    mms.mmsh_connect.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    mms.mmsh_read.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    mms.mmsh_get_asf_header_len.argtypes = [ctypes.c_void_p]
    mms.mmsh_get_asf_header_len.restype = ctypes.c_uint32
    mms.mmsh_get_asf_packet_len.argtypes = [ctypes.c_void_p]
    mms.mmsh_get_asf_packet_len.restype = ctypes.c_uint32
    mms.mmsh_close.argtypes = [ctypes.c_void_p]
    until = time.monotonic() + float(seconds)
    stream = mms.mmsh_connect(None, None, url.encode(), 128 * 1024)
    if not stream:
        sys.exit("mmssave.py: no connection")
    wanted = mms.mmsh_get_asf_header_len(stream)  # then packets: only whole ones are read and written
    with open(file, "wb") as out:
        while time.monotonic() < until:
            buffer = ctypes.create_string_buffer(wanted)
            got = mms.mmsh_read(None, stream, buffer, wanted)
            out.write(buffer.raw[:max(0, got)])
            if got < wanted:
                break
            wanted = mms.mmsh_get_asf_packet_len(stream)
    mms.mmsh_close(stream)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
