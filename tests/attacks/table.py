"""The attacks that tests/attacks/run tries, and what each must keep to."""

import dataclasses

LIST = ("list", "--stats", "--format", "json", "FILE")
LOG = ("list", "--stats", "--format", "json", "--events", "FILE")
CHECK = ("check", "FILE")
INFO = ("info", "--index", "0", "FILE")
EVENTS = ("events", "FILE")
CONNECTIONS = ("connections", "FILE")
AT = ("list", "--at", "+0.001", "--format", "json", "FILE")
EXTRACT = ("extract", "--all", "FOLDER", "--format", "json", "FILE")
HOSTS = ("list", "--hosts", "FILE", "--stats", "--format", "json", "SMALL")
FOUND, DAMAGED = 1, 3  # exit codes


@dataclasses.dataclass(frozen=True)
class Run:
    """A command on an attack's files."""

    command: tuple
    mib: int  # no run may take more memory
    cap: str = ""  # the counter of `--stats` that the largest file drives up; empty: none has to
    status: int = 0
    each: int = 0  # bytes that may come to it for each that is repeated: what has a row of its own in the answer


@dataclasses.dataclass(frozen=True)
class Attack:
    """A kind of file that make_attack writes."""

    name: str
    what: str  # is repeated, for the table of README.md
    size: int  # the smallest file's; in the tier "short" there is one 16 times as large beside it
    runs: tuple
    full: int = 0  # the largest size in the tier "full", beside a quarter and a sixteenth of it; 0: 64 times `size`

    def sizes(self, tier):
        if tier == "short":
            return [self.size, 16 * self.size]
        top = self.full or 64 * self.size
        return [top // 16, top // 4, top]


ATTACKS = (
    # Addresses, connections, reassembly
    Attack("half_open", "SYNs without an answer", 10_000, (
        Run(LIST, 280, "connections"), Run(CONNECTIONS, 310)), 2_000_000),
    Attack("syn_rst", "pairs of SYN and RST", 10_000, (Run(LIST, 260), Run(CHECK, 260, status=FOUND)), 2_000_000),
    Attack("colliding", "SYNs of addresses that an earlier hash could not tell apart", 5_000, (Run(LIST, 260),), 640_000),
    Attack("out_of_order", "single bytes beyond holes, in order", 8_000, (
        Run(LIST, 14, "out_of_order_segments"),), 1_000_000),
    Attack("out_of_order_backwards", "single bytes beyond holes, backwards", 8_000, (
        Run(LIST, 14, "out_of_order_segments"),), 1_000_000),
    Attack("holes_in_many", "single bytes beyond holes, a thousand to a connection", 16_000, (
        Run(LIST, 40, "out_of_order_total_bytes"),), 4_000_000),
    Attack("cut_holes_in_many", "segments beyond holes whose bytes were cut off", 16_000, (
        Run(LIST, 40, "out_of_order_total_bytes"),), 4_000_000),
    Attack("gaps", "gaps in one body", 500, (Run(LIST, 14), Run(INFO, 14), Run(CHECK, 16, status=FOUND)), 64_000),
    # Below TCP, and DNS
    Attack("tunnels", "packets of 3,000 IP headers", 100, (Run(LIST, 14, "tunnel_depth"),)),
    Attack("extension_headers", "packets of 8,000 IPv6 extension headers", 100, (Run(LIST, 14),)),
    Attack("fragments", "first fragments", 20_000, (Run(LIST, 14, "fragments"),), 4_000_000),
    Attack("late_fragments", "fragments near the end of 64 KiB", 4_000, (Run(LIST, 20, "fragment_bytes"),), 640_000),
    Attack("tiny_fragments", "fragments of 8 bytes with holes, backwards", 8_000, (Run(LIST, 20),), 1_000_000),
    Attack("dns_addresses", "names of new addresses", 10_000, (Run(LIST, 36, "names"),), 4_000_000),
    Attack("dns_names", "names of one address", 10_000, (Run(LIST, 14, "name_changes"),), 4_000_000),
    Attack("dns_pointers", "messages with chains of pointers", 50, (Run(LIST, 14),), 16_000),
    Attack("dns_noise", "messages of noise", 10_000, (Run(LIST, 14),)),
    # Messages
    Attack("byte_heads", "bytes of heads that never end, one a segment", 16_000, (Run(LIST, 16),), 4_000_000),
    Attack("endless_head", "segments of one head", 1_000, (Run(LIST, 14, "head_bytes"),)),
    Attack("unfinished_heads", "heads of 60 kB that are not whole", 300, (Run(LIST, 300, "pending_bytes"),), 20_000),
    Attack("unfinished_asf", "ASF headers of 240 kB that are not whole", 100, (Run(LIST, 300, "pending_bytes"),), 8_000),
    Attack("unfinished_packets", "clients, each with a `$D` of 60 kB that is not whole", 300, (
        Run(LIST, 60), Run(EXTRACT, 380, status=FOUND)), 16_000),
    Attack("unanswered", "connections with 60 requests each and no reply", 50, (
        Run(LIST, 380), Run(CHECK, 700, status=FOUND)), 8_000),
    Attack("pipelined", "requests on one connection without a reply", 2_000, (
        Run(LIST, 14, "pending_requests"), Run(CHECK, 280, status=FOUND)), 1_000_000),
    Attack("pragma_tokens", "heads of 30,000 Pragma tokens", 20, (
        Run(LIST, 20, "head_fields"), Run(CHECK, 320, status=FOUND)), 4_000),
    Attack("header_lines", "heads of 15,000 fields", 20, (Run(LIST, 20, "head_fields"), Run(CHECK, 320, status=FOUND)), 4_000),
    Attack("folded_lines", "heads of one field in 20,000 lines", 20, (Run(LIST, 20),), 4_000),
    Attack("byte_chunks", "chunks of one byte", 32_000, (Run(LIST, 14), Run(CHECK, 14, status=FOUND))),
    Attack("endless_chunk_line", "segments of a chunk's size", 500, (Run(LIST, 14),)),
    Attack("empty_packets", "`$` packets of length 0", 64_000, (Run(LIST, 14), Run(CHECK, 16, status=FOUND))),
    Attack("false_packets", "segments that look like packets", 1_000, (Run(LIST, 14), Run(CHECK, 14, status=FOUND))),
    Attack("asf_objects", "ASF headers whose objects claim 2^63 bytes, or are too many", 50, (
        Run(LIST, 24), Run(CHECK, 60, status=FOUND)), 16_000),
    # Clients and sinks
    Attack("plays_on_one", "Plays on one connection", 1_000, (
        Run(LIST, 30, each=450), Run(AT, 30, each=600), Run(INFO, 100, each=450), Run(EVENTS, 60, each=1_000),
        Run(CONNECTIONS, 30, each=450), Run(CHECK, 400, "", FOUND), Run((*EXTRACT, "--pcap"), 100, each=700)), 256_000),
    Attack("kinds_in_one", "requests of every kind in one session", 1_000, (Run(CHECK, 400, "", FOUND),), 256_000),
    Attack("one_session", "connections of one session", 500, (Run(LIST, 60, each=600), Run(CHECK, 400, "", FOUND)), 64_000),
    Attack("plays_after_fin", "Plays behind an early FIN", 1_000, (Run(LIST, 30, each=450),), 256_000),
    Attack("one_address", "clients of one address", 1_000, (Run(LIST, 80, each=2_100), Run(EVENTS, 100, each=2_500)), 256_000),
    Attack("texts", "clients with 4 kB of texts of their own", 500, (
        Run(LIST, 430), Run(CONNECTIONS, 580), Run(CHECK, 900, "", FOUND)), 128_000),
    Attack("colliding_texts", "clients with texts that collide in std::hash", 1_000, (Run(LIST, 60, each=450),), 256_000),
    Attack("sinks", "sinks with 8 ASF headers each", 250, (Run(LIST, 140),), 16_000),
    Attack("challenged", "clients that are refused by 401, and others", 1_000, (Run(LIST, 90, "describes", each=300),), 256_000),
    Attack("refused", "refused clients", 2_000, (Run(LIST, 100, each=1_100), Run(CONNECTIONS, 170, each=2_000)), 256_000),
    Attack("describes", "Describes and Plays of one address", 1_000, (Run(LIST, 60, each=400),), 256_000),
    Attack("kept_heads", "clients with heads of 120 kB", 150, (Run(INFO, 170, ""), Run(CHECK, 340, "", FOUND)), 16_000),
    # Files
    Attack("sections", "sections of a pcapng file", 50_000, (Run(LIST, 14),)),
    Attack("interfaces", "interfaces of a section", 4_000, (Run(LIST, 16),), 65_536),
    Attack("sections_of_interfaces", "interfaces, 60,000 to a section", 50_000, (Run(LIST, 16),)),
    Attack("options", "blocks with options of 60 kB and 1 MB", 10, (Run(LIST, 16),), 2_000),
    Attack("unknown_blocks", "blocks that nobody knows", 100_000, (Run(LIST, 14),)),
    Attack("claims_4_gib", "bytes of a block that claims 4 GiB", 4 << 20, (Run(LIST, 14, status=DAMAGED),), 1 << 30),
    Attack("record_claims", "bytes of a packet that claims 2^32 - 1", 4 << 20, (Run(LIST, 14, status=DAMAGED),), 1 << 30),
    Attack("log_clients", "clients of an event log", 2_000, (Run(LOG, 60, status=DAMAGED, each=700),), 1_000_000),
    Attack("log_numbers", "the same with numbers that collide in std::hash", 2_000, (Run(LOG, 60, status=DAMAGED, each=700),), 1_000_000),
    Attack("log_ordinals", "Plays of one connection in an event log", 2_000, (Run(LOG, 60, status=DAMAGED, each=400),), 1_000_000),
    Attack("log_told", "clients that a probe was told of", 2_000, (Run(LOG, 60, "sink_endpoints", DAMAGED, each=200),), 1_000_000),
    Attack("log_line", "bytes of one line of an event log", 8 << 20, (Run(LOG, 16, status=DAMAGED),), 1 << 30),
    Attack("log_nesting", "lines of 450,000 nested arrays", 1, (Run(LOG, 70, status=DAMAGED),)),
    Attack("hosts", "lines of a hosts file", 10_000, (Run(HOSTS, 60, "names", each=30),), 2_000_000),
)

BOMB_SIZES = {"short": (16 << 20, 128 << 20), "full": (256 << 20, 2 << 30)}  # decompressed

SERVED = (  # name, packets, whether it is refused, what it is
    ("asf_claims", 1_000, False, "an object, and the data, that claim 2^63 bytes"),
    ("asf_header_claims", 10, True, "a header that claims 2^63 bytes"),
    ("asf_packets_of_0", 10, True, "packets of 0 bytes"),
    ("asf_packets_of_4_gib", 10, True, "packets of 4 GiB"),
    ("asf_many_objects", 1_000, False, "170,000 objects in the header"),
    ("asf_without_time", 1, False, "a loop that takes no time"),
    ("asf_index", 10_000, False, "an index that claims 2^32 entries"),
)
