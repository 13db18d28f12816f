/**
 * What is not the same although it should be, and why: differences between a rule of iptables and what nft lists or `iptables-translate` writes
 * for it (nft 1.0.6, iptables 1.8.9 and 1.8.11), and between a rule as given and as iptables-save lists it. The tables in web/parse/README.md are these.
 */

export interface Explained {
  readonly iptables: string;
  readonly listing: string;
  readonly why: string;
  /** Of the rule as iptables-save writes it, and its table's family. */
  readonly applies: (rule: string, family: string) => boolean;
}

function row(iptables: string, listing: string, why: string, test: RegExp, family?: string): Explained {
  return {
    iptables,
    listing,
    why,
    applies: (rule, own) => (family === undefined || family === own) && test.test(rule),
  };
}

/** What nft lists for rules of ebtables. */
const LINK_IN_NFT: readonly Explained[] = [
  row(
    '`--ip-src 1.0.2.3/255.0.255.255`',
    '`ip saddr 1.0.2.3/255.0.255.255`',
    'nft has no masks with holes',
    /--ip-(?:src|dst)(?: !)? \S+\/255\.0\.255\.255/,
  ),
  row(
    '`--ip-tos 0x10`, `--ip6-tclass 0x10`',
    '`ip dscp 0x10`, `ip6 dscp 0x10`',
    'ebtables compares the whole byte',
    /--ip-tos|--ip6-tclass/,
  ),
  row(
    '`--ip-icmp-type ! 3/4`, `--ip6-icmp-type ! 1/4`',
    '`icmp type != 3 icmp code != 4`',
    'not both are so',
    /--ip6?-icmp-type !/,
  ),
  row('`--log-level info`', '`log flags ether`', 'that is the level warn', /--log-level info/),
  row('`-j redirect`', '`meta set pkttype host`', 'nft cannot read it; the address is left out', /-j redirect/),
];

export const IN_NFT: readonly Explained[] = [
  row(
    '`-j TOS --set-tos 0x10/0x3f`',
    '`ip6 dscp set 0x04`, also in IPv4',
    'another field, and not the masked bits',
    /-j TOS /,
  ),
  row(
    '`-j CONNMARK --restore-mark --nfmask M --ctmask M`, `--save-mark` likewise',
    '`meta mark set ct mark & M`',
    'the bits outside of the mask are kept in truth',
    /-j CONNMARK --(?:save|restore)-mark/,
  ),
  row(
    '`-j CONNMARK --set-xmark V/M`',
    '`ct mark set ct mark xor V and ~M`',
    'without parentheses, `and` binds first',
    /-j CONNMARK --set-xmark/,
  ),
  row(
    '`-m hashlimit`',
    '`meter NAME { ip saddr limit rate ... }`',
    'the table of hashlimit is not a set of nft',
    /-m hashlimit/,
  ),
  row(
    '`-m conntrack` with SNAT or DNAT in `--ctstate`',
    '`ct status snat`, the other names and the negation lost',
    'the listing is cut',
    /--ctstate \S*[SD]NAT/,
  ),
  row(
    '`-m conntrack --ctexpire 5:10`',
    '`ct expiration 5s-10s`',
    'iptables compares whole seconds: up to 10.999',
    /--ctexpire/,
  ),
  row(
    '`-m conntrack` with another option beside a `--ctstate` that a packet without a connection has',
    'a row of comparisons',
    'iptables compares nothing more of such a packet',
    /-m conntrack (?=.*--ctstate)(?=.*--ct(?!state))/,
  ),
  row(
    '`-m devgroup` with an option behind a negated one',
    '`oifgroup != ...`',
    'the negation is carried over',
    /-m devgroup !.*-group/,
  ),
  row(
    '`-m ecn ! --ecn-tcp-ece`, and `--ecn-tcp-cwr` behind it',
    '`tcp flags != ecn`',
    'the bit is clear, whatever the others are; the negation is carried over',
    /! --ecn-tcp/,
  ),
  row('`-m ecn --ecn-ip-ect 1` in IPv6', '`ip ecn ect1`', 'there is no IPv4 header', /--ecn-ip-ect/, 'ip6'),
  row(
    '`-m connlimit` by address',
    '`add @connlimit0 { ip saddr ct count over 2 }`',
    'the set is not there',
    /-m connlimit/,
  ),
  row(
    '`-m connbytes --connbytes 0`',
    '`ct packets 0`',
    'given as `0:0`, of which iptables-save loses the end',
    /--connbytes 0 /,
  ),
  row(
    '`-m connlabel --set`',
    '`ct label set 5 ct label 5`',
    'in iptables it is part of the match, and only where the bit is not set',
    /-m connlabel .*--set/,
  ),
  row(
    'negated `--label`, `--helper`, `--uid-owner`, `--gid-owner`, `--mss`',
    '`ct helper != "ftp"`, `meta skuid != 0`, ...',
    'iptables also matches where there is none to compare',
    /! --(?:label|helper|uid-owner|gid-owner|mss) /,
  ),
  row(
    '`-m owner --gid-owner G --suppl-groups`',
    '`meta skgid G`',
    'the supplementary groups count too',
    /--suppl-groups/,
  ),
  row(
    '`-m socket --restore-skmark`',
    '`meta mark set socket mark` as a statement of its own',
    'in iptables it is part of the match',
    /--restore-skmark/,
  ),
  row(
    '`-m addrtype` in IPv6 with other types than LOCAL and ANYCAST',
    '`fib daddr type unicast`',
    'iptables looks at the address, whatever the routes say',
    /--(?:src|dst)-type (?!(?:LOCAL|ANYCAST)(?:,ANYCAST)?(?: |$))/,
    'ip6',
  ),
  row('`-m addrtype` with both sides', '`fib saddr type ...`', 'the second one is lost', /--src-type .*--dst-type/),
  row(
    '`-m addrtype` with THROW, NAT or XRESOLVE',
    '`fib daddr type`',
    'nft has no such names',
    /-type \S*(?:THROW|NAT|XRESOLVE)/,
  ),
  row('`-m icmp ! --icmp-type any`', 'nothing', 'it is never true', /! --icmp-type any/),
  row(
    '`-m multiport ! --ports`',
    '`sport . dport { ... }`',
    'the negation and the ends of ranges are lost',
    /-m multiport !? ?--ports/,
  ),
  row(
    '`-m sctp --chunk-types` with flags, `only`, several of `any`, or negated ones of `all`',
    '`sctp chunk data flags ...`, `exists`, `missing` in a row',
    'only the first chunk of a type is looked at; a row asks for all of them',
    /--chunk-types/,
  ),
  row(
    '`-m ah` in IPv6',
    '`ah spi`, `ah reserved 1`, `meta l4proto ah`',
    'nft finds no such header there',
    /-m ah\b/,
    'ip6',
  ),
  row(
    '`-m frag`, `-m rt` without options',
    'nothing',
    'iptables asks for the header',
    /-m (?:frag|rt)(?:(?: !)? --fraglen \S+)?(?: -[mj]|$)/,
  ),
  row('`-m frag --fragres`', '`frag reserved 1`', 'both reserved fields are zero', /--fragres/),
  row(
    '`--rt-len`, `--hbh-len`, `--dst-len`',
    '`rt hdrlength` of the same number',
    'iptables counts bytes, nft eights',
    /--(?:rt|hbh|dst)-len/,
  ),
  row(
    '`-m time --kerneltz`, `--contiguous`',
    '`meta hour`, `meta day`',
    'they are left out',
    /--(?:kerneltz|contiguous)/,
  ),
  row(
    '`-m cluster`',
    '`jhash ct original saddr mod N eq M meta pkttype set host`',
    'the mask of nodes is compared as a number, the negation lost',
    /-m cluster/,
  ),
  row(
    '`-m rpfilter --accept-local`',
    '`fib saddr type != local fib saddr . iif oif 0`',
    'negated it is one or the other, and not negated likewise',
    /--accept-local/,
  ),
  row(
    '`-m conntrack --ctstatus NONE`',
    '`ct status`',
    'it is never true; negated, it asks for a connection',
    /--ctstatus NONE/,
  ),
  row('`-j SYNPROXY --ecn`', '`synproxy ... ecn`', 'nft cannot read it', /-j SYNPROXY .*--ecn/),
  row('a quote in `--log-prefix` or `--nflog-prefix`', 'the quote as it is', 'nft has no escapes', /-prefix "[^"]*\\"/),
  ...LINK_IN_NFT,
];

/** What ebtables-translate writes. */
export const TRANSLATED: readonly Explained[] = [
  row(
    '`-p ip --ip-src ...`, `-p ip6 --ip6-src ...`, `-p 802_1Q --vlan-id ...`',
    '`ip saddr ...` alone',
    'nft then asks for `meta protocol`, which is what is behind a VLAN tag; ebtables for the type of the frame',
    /-p (?:ip6?|802_1Q) .*--(?:ip6?|vlan)-/,
    'bridge',
  ),
];

/** What iptables-save lists for a rule as given. */
export const IN_SAVE: readonly Explained[] = [
  row(
    '`--ctorigsrc 10.1.2.3/255.0.255.0`, `--srh-psid` and the like',
    '`--ctorigsrc 10.1.2.3`',
    'a mask with holes is lost',
    /--(?:ct(?:orig|repl)(?:src|dst)|srh-[pnl]sid) \S+\/(?:255\.0\.255\.0|ffff::ffff)/,
  ),
  row(
    '`-j NETMAP --to 10.1.2.3/255.0.255.0`',
    '`--to 10.1.2.3/32`',
    'a mask with holes is lost',
    /-j NETMAP --to \S+\/255\.0\.255\.0/,
  ),
  row('`--chunk-types any I_DATA:iUbE`', '`--chunk-types any I_DATA`', 'the flags are lost', /I_DATA:/),
  row('`--connbytes 0:0`', '`--connbytes 0`', 'the upper end is lost', /--connbytes 0:0/),
  row('`--hashlimit-above 200b/s`', '`192b/s`', 'rounded', /--hashlimit-\w+ 200b\/s/),
  row(
    '`-m mh ! --mh-type 0:255`, `-m ah ! --ahspi 0:4294967295` and the like; `! --sport 0:65535` of iptables-nft',
    '`-m mh`',
    'the negation of a whole range is lost',
    /! --(?:[sd]port 0:65535|mh-type 0:255|(?:ahspi|espspi|ipcompspi|fragid|rt-segsleft) 0:(?:4294967295|65535))/,
  ),
  row('`! -i +`, `! -o +` of the legacy tools', 'nothing', 'it never matches', /! -[io] \+( |$)/),
];

/** What nft lists for a rule of iptables that nfscope printed as nft. */
export const PRINTED_AS_NFT: readonly Explained[] = [
  row('`synproxy mss 1115`', '`synproxy mss 1115 wscale 0`', 'both are listed where one is set', /-j SYNPROXY/),
  row('`ct protocol tcp tcp dport 80`', '`tcp dport 80`', 'it is taken for what tells the header', /--ctproto/),
  row('`ct expiration 5s-10s999ms`', '`ct expiration 5s-10s`', 'the listing has no milliseconds', /--ctexpire/),
  row(
    '`@nh,8,8 0x4`',
    '`ip dscp 0x01`',
    'the listing leaves the lower bits out, or reads more than was written',
    /--tos /,
  ),
];

/** The first explanation that applies, or null. */
export function explanation(known: readonly Explained[], rule: string, family: string): Explained | null {
  return known.find(({ applies }) => applies(rule, family)) ?? null;
}
