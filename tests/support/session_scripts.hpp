#pragma once

#include <string>

// Beginnings of scripts that tests of sessions share.

namespace wmclients::testing::scripts {

/// Names for the messages of a session; `$D` and the ASF header's packets have 100 bytes.
inline const std::string names = R"(
let describe "GET /s HTTP/1.1\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: no-cache,rate=1.000\r\n\r\n"
let play "GET /s HTTP/1.1\r\nUser-Agent: NSPlayer/4.1.0.3856\r\nPragma: no-cache\r\nPragma: xPlayStrm=1\r\n\r\n"
let select "POST /s HTTP/1.1\r\nUser-Agent: NSPlayer/4.1\r\nPragma: stream-switch-entry=ffff:1:0\r\nContent-Length: 0\r\n\r\n"
let stop "POST /s HTTP/1.1\r\nUser-Agent: NSPlayer/4.1\r\nPragma: xStopStrm=1\r\nContent-Length: 0\r\n\r\n"
let ok "HTTP/1.0 200 OK\r\nServer: Rex/12.0.7600.16385\r\nContent-Type: application/x-mms-framed\r\nPragma: client-id=77\r\n\r\n"
let okc "HTTP/1.1 200 OK\r\nServer: Rex/12.0.7600.16385\r\nContent-Type: application/x-mms-framed\r\nTransfer-Encoding: chunked\r\n\r\n"
let busy "HTTP/1.0 503 Service Unavailable\r\nServer: Rex/12.0.7600.16385\r\nContent-Length: 0\r\n\r\n"
packet-size 100
)";

/// A connection that is open at 2 ms.
inline const std::string one = names + R"(
connection a 10.78.0.11:50001 -> 10.78.0.1:8080
0 a handshake
)";

/// A client that plays: attached at 20 ms, with a header and two packets.
inline const std::string playing = one + R"(
0.010 a > %play
0.020 a < %ok
0.030 a < $H(asf) 2*$D
)";

} // namespace wmclients::testing::scripts
