"""The network: everything that could carry inputs out, or answers in."""

from __future__ import annotations

from attacks.attack import Attack, reach

ATTACKS: tuple[Attack, ...] = (
    reach("network", "TCP", "socket.create_connection(('127.0.0.1', @TCP@), 1); return 'connected'"),
    reach("network", "TCP without waiting", "s = socket.socket(); s.setblocking(False); return s.connect_ex(('127.0.0.1', @TCP@)) in (0, 115) and 'began'"),
    reach("network", "fast open", "s = socket.socket(); return s.sendto(b'x', 0x20000000, ('127.0.0.1', @TCP@))"),
    reach("network", "UDP", "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); return s.sendto(b'x', ('127.0.0.1', @UDP@))"),
    reach("network", "UDP to a name server", "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 53)); return s.send(b'x')", reason="there may be no network"),
    reach("network", "HTTP", "import urllib.request; return urllib.request.urlopen('http://127.0.0.1:@TCP@/', timeout=0.2)", reason="the listener answers no HTTP"),
    reach("network", "listen", "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); return s.getsockname()"),
    reach("network", "a raw socket", "return socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).fileno()", reason="a plain user can't anywhere"),
    reach("network", "a packet socket", "return socket.socket(socket.AF_PACKET, socket.SOCK_RAW).fileno()", reason="a plain user can't anywhere"),
    reach("network", "netlink", "return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).fileno()"),
    reach("network", "a virtual machine's socket", "return socket.socket(40, socket.SOCK_STREAM).fileno()", reason="a kernel may have none"),
    reach("network", "the kernel's ciphers", "return socket.socket(38, socket.SOCK_SEQPACKET).fileno()", reason="a kernel may have none"),
    reach("network", "a unix socket by its path", "s = socket.socket(socket.AF_UNIX); s.connect('@UNIX@'); return 'connected'"),
    reach("network", "an abstract unix socket", "s = socket.socket(socket.AF_UNIX); s.connect('\\0@ABSTRACT@'); return 'connected'"),
    reach("network", "a unix datagram", "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); return s.sendto(b'x', '@DATAGRAM@')"),
    reach("network", "a datagram from one end of a pair", "one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); return one.sendto(b'x', '@DATAGRAM@')"),
    reach("network", "the container engine", "s = socket.socket(socket.AF_UNIX); s.connect('/var/run/docker.sock'); return 'connected'", reason="there may be none"),
    reach("network", "IPv6", "s = socket.socket(socket.AF_INET6); return s.connect_ex(('::1', @TCP@)) in (0, 111) and 'a network is there'", reason="a machine may have no IPv6"),
    reach("network", "asynchronous", "import asyncio\nasync def go():\n    return str(await asyncio.open_connection('127.0.0.1', @TCP@))\nloop = asyncio.new_event_loop()\ntry:\n    return loop.run_until_complete(go())\nfinally:\n    loop.close()"),
    reach("network", "mail", "import smtplib; return smtplib.SMTP('127.0.0.1', @TCP@, timeout=0.2)", reason="the listener speaks no SMTP"),
)  # fmt: skip
