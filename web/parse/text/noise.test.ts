/** What terminals, chats and log collectors do to listings: each of them must read as the clean one does, with a note of the repair. */
import { describe, expect, it } from 'vitest';
import { dumpText } from '../iptables-save/case-text.ts';
import { readDocument } from '../read.ts';

const SAVE = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SVC-ABCDEFGHIJKLMNOP - [0:0]
-A PREROUTING -d 10.96.100.200/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-ABCDEFGHIJKLMNOP
-A PREROUTING -i eth0 -p udp -m udp --dport 53 -j DNAT --to-destination 10.0.0.10:5353
COMMIT
`;
const NFT = `table inet filter { # handle 1
	chain input { # handle 1
		type filter hook input priority filter; policy drop;
		ct state vmap { invalid : drop, established : accept, related : accept } # handle 2
		ip saddr 10.0.0.0/8 tcp dport { 22, 80, 443 } counter packets 5 bytes 300 accept comment "two words" # handle 3
		meta l4proto udp udp dport 53 log prefix "dns: " accept # handle 4
	}
}
`;
const LIST = `Chain INPUT (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
    5   300 ACCEPT     tcp  --  lo     *       10.0.0.0/8           0.0.0.0/0            tcp dpt:22 ctstate NEW /* two words */ limit: avg 5/sec burst 10
    0     0 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0
`;
const IPSET = `create blocked hash:net family inet hashsize 1024 maxelem 65536 comment
add blocked 10.0.0.0/8 comment "a rather long comment with many words in it"
add blocked 192.0.2.0/24
`;
const TRACE = `trace id c1528a03 inet tr pre packet: iif "lo" @ll,0,112 0x800 ip saddr 127.0.0.1 ip daddr 127.0.0.1 ip ttl 64 ip id 3077 ip protocol tcp ip length 60 tcp sport 53598 tcp dport 80
trace id c1528a03 inet tr pre rule meta nftrace set 1 (verdict continue)
trace id c1528a03 inet tr pre policy accept
`;
const XTABLES = `PACKET: 2 dbbeb291 IN=eth0 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 TOS=0x10 TTL=63 ID=43336 DF SPORT=1025 DPORT=80 ACK RST MARK=0x5
 TRACE: 2 dbbeb291 raw:PREROUTING:rule:0x5:CONTINUE  -4 -t raw -A PREROUTING -j TRACE
 TRACE: 2 dbbeb291 raw:PREROUTING:policy:ACCEPT
`;
const DMESG = `[12345.678902] TRACE: raw:PREROUTING:policy:3 IN=eth0 OUT= MAC=52:54:00:00:00:02:52:54:00:00:00:01:08:00 SRC=192.0.2.1 DST=192.0.2.2 LEN=84 TOS=0x00 PREC=0x00 TTL=64 ID=1000 DF PROTO=ICMP TYPE=8 CODE=0 ID=3584 SEQ=1
[12345.678903] TRACE: filter:INPUT:rule:2 IN=eth0 OUT= MAC=52:54:00:00:00:02:52:54:00:00:00:01:08:00 SRC=192.0.2.1 DST=192.0.2.2 LEN=84 TOS=0x00 PREC=0x00 TTL=64 ID=1000 DF PROTO=ICMP TYPE=8 CODE=0 ID=3584 SEQ=1
`;

const LISTINGS: readonly (readonly [string, string])[] = [
  ['iptables-save', SAVE],
  ['nft', NFT],
  ['iptables -L', LIST],
  ['ipset save', IPSET],
  ['nft monitor trace', TRACE],
  ['xtables-monitor', XTABLES],
  ['dmesg', DMESG],
];

function wrap(width: number): (text: string) => string {
  return (text) =>
    text.replace(/[^\n]+/g, (line) =>
      cut(
        line.replace(/^\t+/, (tabs) => ' '.repeat(8 * tabs.length)),
        width,
      ),
    );
}

function cut(line: string, width: number): string {
  return (line.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n');
}

/** Cuts at the width, and loses the blanks at the ends of lines as copying does. */
function wrapAndTrim(width: number): (text: string) => string {
  return (text) => wrap(width)(text).replace(/ +$/gm, '');
}

function prefixed(prefix: string): (text: string) => string {
  return (text) => text.replace(/^(?=.)/gm, prefix);
}

const NOISES: readonly (readonly [name: string, code: string, noise: (text: string) => string])[] = [
  ['a terminal of 80 columns', 'repaired-wrap', wrap(80)],
  ['a terminal of 100 columns', 'repaired-wrap', wrap(100)],
  ['a terminal of 80 columns, blanks lost', 'repaired-wrap', wrapAndTrim(80)],
  ['stern', 'repaired-prefix', prefixed('kube-proxy-x7zq4 kube-proxy ')],
  ['docker compose', 'repaired-prefix', prefixed('node-1  | ')],
  ['pod/xyz |', 'repaired-prefix', prefixed('pod/kube-proxy-x7zq4 | ')],
  ['[node]', 'repaired-prefix', prefixed('[node-1.example.org] ')],
  ['pdsh', 'repaired-prefix', prefixed('node-1: ')],
  ['fabric', 'repaired-prefix', prefixed('[root@node-1] out: ')],
  ['kubectl logs --prefix --timestamps', 'repaired-prefix', prefixed('[pod/a-b/c] 2024-01-02T03:04:05.678901234Z ')],
  ['a quoted mail', 'repaired-prefix', prefixed('> > ')],
  [
    'grep -n',
    'repaired-prefix',
    (text) =>
      text
        .split('\n')
        .map((line, i) => (line === '' ? line : `${i + 1}:${line}`))
        .join('\n'),
  ],
  [
    'cat -n',
    'repaired-prefix',
    (text) =>
      text
        .split('\n')
        .map((line, i) => (line === '' ? line : `${String(i + 1).padStart(6)}\t${line}`))
        .join('\n'),
  ],
  ['ansible', 'repaired-prompt', (text) => `node-1 | CHANGED | rc=0 >>\n${text}`],
  ['pssh', 'repaired-prompt', (text) => `[1] 10:20:30 [SUCCESS] node-1\n${text}`],
  ['more', 'repaired-prompt', (text) => text.replace(/\n(?=[^\n]*\n$)/, '\n--More--(50%)\n')],
  ['more, gone on', 'repaired-prompt', (text) => text.replace(/\n(?=[^\n]*\n$)/, '\n-- more --   ')],
  ['less', 'repaired-prompt', (text) => `${text}~\n~\n(END)\n`],
  ['a prompt', 'repaired-prompt', (text) => `root@node-1:~# ssh node-2 sudo nft list ruleset\n${text}root@node-1:~#\n`],
  ['a fence', 'repaired-prompt', (text) => `\`\`\`\n${text}\`\`\`\n`],
  [
    'a page',
    'repaired-entities',
    (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('>', '&gt;'),
  ],
  ['curly quotes', 'repaired-quotes', (text) => text.replace(/"([^"\n]*)"/g, '“$1”')],
  ['Windows', 'repaired-crlf', (text) => text.replaceAll('\n', '\r\n')],
  ['a chat', 'repaired-blanks', (text) => text.replace(/ (?=\S)/g, '\u00a0')],
  ['colours', 'repaired-ansi', (text) => text.replace(/tcp|ip|10\.0/g, '\u001b[01;31m\u001b[K$&\u001b[m\u001b[K')],
];

/** What is said besides the notes. */
function said(text: string): string {
  return dumpText(readDocument(0, 'dump', text))
    .replace(/^ {2}info .*\n?/gm, '')
    .trimEnd();
}

describe.each(NOISES)('%s', (_noise, code, noise) => {
  it.each(LISTINGS)('%s', (_listing, clean) => {
    const noisy = noise(clean);
    // Nothing in that listing is changed by it.
    if (noisy === clean) return;
    const dumps = readDocument(0, 'dump', noisy);
    expect(said(noisy)).toBe(said(clean));
    expect(dumps.flatMap(({ diagnostics }) => diagnostics.map((each) => each.code))).toContain(code);
    for (const { text } of dumps) expect(text).toHaveLength(noisy.length);
  });
});

describe('options with dashes of a word processor', () => {
  it.each(['\u2013', '\u2014'])('%s', (dash) => {
    const text = SAVE.replace(/(?<= )--?(?=[a-z])/g, dash).replace(/^-A/gm, `${dash}A`);
    expect(text).toContain(`${dash}dport`);
    expect(said(text)).toBe(said(SAVE));
  });
});

describe('lines of several hosts', () => {
  const other = SAVE.replaceAll('10.0.0.10', '10.0.0.20');

  function mixed(one: string, two: string): string {
    const [a, b] = [one.trimEnd().split('\n'), two.trimEnd().split('\n')];
    return `${a.flatMap((line, i) => [line, b[i] ?? '']).join('\n')}\n`;
  }

  it.each([
    ['one after the other', (one: string, two: string) => one + two],
    ['mixed', mixed],
  ])('%s', (_name, put) => {
    const text = put(prefixed('[node-1] ')(SAVE), prefixed('[node-2] ')(other));
    const dumps = readDocument(0, 'dump', text);
    expect(dumps.map(({ name }) => name)).toEqual(['dump (node-1)', 'dump (node-2)']);
    expect(
      dumps.map((dump) =>
        dumpText([dump])
          .replace(/^ {2}info .*\n?/gm, '')
          .trimEnd(),
      ),
    ).toEqual([said(SAVE), said(other)]);
    for (const dump of dumps) expect(dump.text).toHaveLength(text.length);
  });

  it('behind headers', () => {
    const text = `node-1 | CHANGED | rc=0 >>\n${SAVE}node-2 | CHANGED | rc=0 >>\n${other}`;
    expect(readDocument(0, 'dump', text).map(({ name, tables }) => [name, tables.length])).toEqual([
      ['dump (node-1)', 1],
      ['dump (node-2)', 1],
    ]);
  });
});

describe('notes', () => {
  it('say how many and where', () => {
    const text = SAVE.replaceAll('-p tcp', '-p\u00a0tcp').replace('-p udp', '-p\u00a0udp');
    const [note] = readDocument(0, 'dump', text)[0]?.diagnostics ?? [];
    expect(note?.message).toBe('2 no-break spaces are read as plain blanks. (Lines 4 to 5.)');
  });
});
