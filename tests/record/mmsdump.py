#!/usr/bin/python3
"""Reads an mmsh:// stream with libmms and throws it away, until it ends or the program is terminated.

    mmsdump.py mmsh://10.78.0.1:8080/

libmms knows IPv4 only.
"""

import ctypes
import sys


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    mms = ctypes.CDLL("libmms.so.0")
    mms.mmsh_connect.restype = ctypes.c_void_p
    mms.mmsh_connect.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    mms.mmsh_read.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    mms.mmsh_close.argtypes = [ctypes.c_void_p]
    stream = mms.mmsh_connect(None, None, sys.argv[1].encode(), 128 * 1024)
    if not stream:
        sys.exit("mmsdump.py: no connection")
    buffer = ctypes.create_string_buffer(4096)
    while mms.mmsh_read(None, stream, buffer, len(buffer)) > 0:
        pass
    mms.mmsh_close(stream)


if __name__ == "__main__":
    main()
