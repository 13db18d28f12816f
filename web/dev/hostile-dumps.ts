/** Dumps that somebody wrote to break the page: markup, spoofed text, names of JavaScript's own, texts without end, graphs without bottom. */

export interface HostileDump {
  readonly id: string;
  readonly text: string;
}

/** Text that would run, were it ever taken for markup or a link. */
const MARKUP = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '"><svg/onload=alert(1)>',
  'javascript:alert(1)',
  "{{constructor.constructor('alert(1)')()}}",
  '<a href=https://evil.example>x</a>',
  ']]><!--',
];

/** Right-to-left overrides, zero-width characters, control characters, a lone surrogate. */
const SPOOFED = [
  '\u202egnp.exe\u202c',
  'acc\u200bept',
  '\u2066drop\u2069',
  '\u0007\u001b[31mred',
  'a\u0000b',
  '\ud800',
  '\u2028\u2029',
  '\ufeff',
];

const PROTOTYPE = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];

/** @param size about so many times a part is repeated in the large ones. */
export function hostileDumps(size: number): HostileDump[] {
  return [
    {
      id: 'markup',
      text: saved(MARKUP.map((text) => `-A INPUT -m comment --comment "${text.replaceAll('"', '\\"')}" -j DROP`)),
    },
    { id: 'markup in nft', text: nftTable(MARKUP.map((text) => `\t\tcomment "${text.replaceAll('"', "'")}" accept`)) },
    { id: 'markup in JSON names', text: JSON.stringify({ nftables: MARKUP.flatMap(jsonChain) }) },
    { id: 'spoofed text', text: saved(SPOOFED.map((text) => `-A INPUT -m comment --comment "${text}" -j ACCEPT`)) },
    { id: 'spoofed names', text: JSON.stringify({ nftables: SPOOFED.flatMap(jsonChain) }) },
    {
      id: 'prototype names',
      text: saved(
        PROTOTYPE.flatMap((name) => [`-A INPUT -j ${name}`, `-A ${name} -i ${name} -j RETURN`]),
        PROTOTYPE,
      ),
    },
    { id: 'prototype names in nft', text: prototypeNft() },
    { id: 'prototype names in JSON', text: prototypeJson() },
    { id: 'one long line', text: saved([`-A INPUT -m comment --comment "${'a'.repeat(size * 100)}" -j DROP`]) },
    { id: 'one long line of words', text: 'word '.repeat(size * 20) },
    {
      id: 'one long line of a set',
      text: `table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${'10.0.0.1, '.repeat(size * 10)}10.0.0.2 }\n\t}\n}\n`,
    },
    {
      id: 'many chains',
      text: saved(
        [],
        Array.from({ length: size * 10 }, (_, i) => `C${i}`),
      ),
    },
    {
      id: 'many tables',
      text: Array.from(
        { length: size },
        (_, i) => `table ip t${i} {\n\tchain c {\n\t\ttype filter hook input priority ${i}; policy accept;\n\t}\n}\n`,
      ).join(''),
    },
    { id: 'many owners of nothing', text: saved(Array.from({ length: size }, (_, i) => `-A INPUT -i x${i} -j DROP`)) },
    { id: 'deep jumps', text: deep(size) },
    { id: 'deep jumps in nft', text: deepNft(size) },
    { id: 'jumps twice, forty deep', text: doubling(40) },
    { id: 'a loop of jumps', text: saved(['-A INPUT -j A', '-A A -j B', '-A B -j A', '-A A -j A'], ['A', 'B']) },
    { id: 'a large loop of jumps', text: `${deep(size).replace('COMMIT\n', `-A D${size - 1} -j D0\nCOMMIT\n`)}` },
    { id: 'open braces', text: `table ip t ${'{ '.repeat(size)}` },
    { id: 'chains inside of jumps', text: `table ip t {\n\tchain c {\n\t\t${'jump { '.repeat(size)}` },
    {
      id: 'open parentheses',
      text: `table ip t {\n\tchain c {\n\t\ttype filter hook input priority 0;\n\t\tmeta mark & ${'('.repeat(size)}1\n\t}\n}\n`,
    },
    {
      id: 'many bit operations',
      text: `table ip t {\n\tchain c {\n\t\ttype filter hook input priority 0;\n\t\tmeta mark ${'& 0xff '.repeat(size)} == 1 accept\n\t}\n}\n`,
    },
    { id: 'nested JSON', text: `{"nftables":${'['.repeat(size)}${']'.repeat(size)}}` },
    {
      id: 'nested JSON expressions',
      text: `{"nftables":[{"rule":{"family":"ip","table":"t","chain":"c","expr":[${'{"&":['.repeat(size)}1${']}'.repeat(size)}]}}]}`,
    },
    { id: 'quotes', text: saved([`-A INPUT -m comment --comment ${'"'.repeat(size * 10 + 1)}`]) },
    { id: 'backslashes', text: saved([`-A INPUT -m comment --comment "${'\\'.repeat(size * 10 + 1)}"`]) },
    { id: 'spaces', text: `*filter${' '.repeat(size * 100)}x\n${' \t'.repeat(size * 10)}\nCOMMIT\n` },
    { id: 'blank lines', text: `${'\r\n'.repeat(size * 10)}*filter\nCOMMIT\n` },
    { id: 'escapes of a terminal', text: `${'\u001b['.repeat(size * 10)}*filter\n:INPUT DROP [0:0]\nCOMMIT\n` },
    { id: 'wrapped lines', text: saved([`-A INPUT ${'-s 10.0.0.1 \\\n'.repeat(size)}`]) },
    { id: 'prompts', text: `${'root@host:~# '.repeat(size)}\n` },
    { id: 'negations', text: saved([`-A INPUT ${'! '.repeat(size)}-s 10.0.0.1 -j DROP`]) },
    { id: 'options', text: saved([`-A INPUT ${'-m '.repeat(size)}`, `-A INPUT ${'-m tcp --dport 1 '.repeat(size)}`]) },
    { id: 'definitions', text: definitions(Math.min(size, 60)) },
    { id: 'numbers', text: numbers() },
    {
      id: 'addresses',
      text: saved(
        [':::::::', '::ffff:999.1.1.1', '1.2.3.4.5/33', `${'1'.repeat(size)}.1.1.1/-1`, `::/${'9'.repeat(size)}`].map(
          (each) => `-A INPUT -s ${each} -j DROP`,
        ),
      ),
    },
    {
      id: 'dashes and stars',
      text: `${'*'.repeat(size)}\n${'-A '.repeat(size)}\n${':'.repeat(size)}\n${'# '.repeat(size)}\n`,
    },
    {
      id: 'ranges',
      text: `table ip t {\n\tset s {\n\t\ttype ipv4_addr . inet_service\n\t\tflags interval\n\t\telements = { ${'0.0.0.0-255.255.255.255 . 0-65535, '.repeat(Math.min(size, 2000))} }\n\t}\n}\n`,
    },
  ];
}

function saved(lines: readonly string[], chains: readonly string[] = []): string {
  return [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...chains.map((name) => `:${name} - [0:0]`),
    ...lines,
    'COMMIT',
    '',
  ].join('\n');
}

function nftTable(lines: readonly string[]): string {
  return `table ip t {\n\tchain c {\n\t\ttype filter hook input priority filter; policy accept;\n${lines.join('\n')}\n\t}\n}\n`;
}

function jsonChain(name: string): object[] {
  return [
    { table: { family: 'ip', name, handle: 1 } },
    { chain: { family: 'ip', table: name, name, handle: 1, type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
    {
      rule: {
        family: 'ip',
        table: name,
        chain: name,
        handle: 2,
        comment: name,
        expr: [{ match: { op: '==', left: { meta: { key: 'iifname' } }, right: name } }, { accept: null }],
      },
    },
  ];
}

function prototypeNft(): string {
  const chains = PROTOTYPE.map(
    (name) =>
      `\tset ${name} {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1 }\n\t}\n\tchain ${name} {\n\t\tip saddr @${name} drop\n\t}\n`,
  );
  const base = `\tchain base {\n\t\ttype filter hook input priority 0; policy accept;\n${PROTOTYPE.map((name) => `\t\tiifname "${name}" jump ${name}\n`).join('')}\t}\n`;
  return PROTOTYPE.map((table) => `table ip ${table} {\n${chains.join('')}${base}}\n`).join('');
}

function prototypeJson(): string {
  const objects = PROTOTYPE.flatMap(jsonChain).map((each) => JSON.stringify(each));
  return `{"__proto__":{"polluted":1},"nftables":[{"__proto__":{"polluted":1}},{"constructor":{"prototype":{"polluted":1}}},${objects.join(',')}]}`;
}

function deep(depth: number): string {
  const names = Array.from({ length: depth }, (_, i) => `D${i}`);
  return saved(['-A INPUT -j D0', ...names.slice(1).map((name, i) => `-A D${i} -j ${name}`)], names);
}

function deepNft(depth: number): string {
  const chains = Array.from(
    { length: depth },
    (_, i) => `\tchain d${i} {\n\t\t${i === 0 ? 'drop' : `goto d${i - 1}`}\n\t}\n`,
  );
  return `table ip t {\n${chains.join('')}\tchain base {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tjump d${depth - 1}\n\t}\n}\n`;
}

/** Each chain jumps twice to the next one: two to the power of the depth ways. */
function doubling(depth: number): string {
  const names = Array.from({ length: depth }, (_, i) => `D${i}`);
  const jumps = names
    .slice(1)
    .flatMap((name, i) => [
      `-A D${i} -p tcp -m tcp --dport ${i + 1} -j ${name}`,
      `-A D${i} -p udp -m udp --dport ${i + 1} -j ${name}`,
      `-A D${i} -j ${name}`,
    ]);
  return saved(['-A INPUT -j D0', ...jumps, `-A D${depth - 1} -s 10.0.0.1 -j DROP`], names);
}

/** Each is the one before twice: a text of two to the power of the count, were it written out. */
function definitions(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => `define v${i + 1} = { $v${i}, $v${i} }`);
  return `define v0 = { 10.0.0.1 }\n${lines.join('\n')}\ntable ip t {\n\tchain c {\n\t\ttype filter hook input priority 0;\n\t\tip saddr $v${count} drop\n\t}\n}\n`;
}

function numbers(): string {
  const odd = [
    '1e400',
    '-1',
    '99999999999999999999',
    '0x',
    '0xffffffffffffffffffff',
    '4294967296',
    'NaN',
    'Infinity',
    '٣',
    '1_000',
    '0b1',
    '007',
  ];
  return [
    saved(
      odd.flatMap((each) => [
        `-A INPUT -p tcp -m tcp --dport ${each} -j DROP`,
        `-A INPUT -m mark --mark ${each} -j DROP`,
        `-A INPUT -m limit --limit ${each}/sec -j DROP`,
      ]),
    ),
    ...odd.map(
      (each) =>
        `table ip t${each} {\n\tchain c {\n\t\ttype filter hook input priority ${each}; policy accept;\n\t\ttcp dport ${each} drop\n\t}\n}\n`,
    ),
  ].join('');
}
