/** Random rulesets of nft from the grammar of nft-grammar.ts, for kernel-nft.ts and fuzz.ts. The same seed gives the same ruleset. */
import { expand, pick, type Random } from './draw.ts';
import { FIELDS, FINALS, MATCHES, NAMES, STATEMENTS } from './nft-grammar.ts';

export type NftFamily = 'ip' | 'ip6' | 'inet' | 'bridge' | 'netdev' | 'arp';
const LETTERS: Readonly<Record<NftFamily, string>> = {
  ip: '4',
  ip6: '6',
  inet: 'i',
  bridge: 'b',
  netdev: 'n',
  arp: 'a',
};
export const FAMILIES = Object.keys(LETTERS) as NftFamily[];

interface Field {
  readonly families: string;
  readonly name: string;
  readonly one: string;
  /** Ranges, prefixes, wildcards; null where there are none. */
  readonly more: string | null;
}

interface Line {
  readonly families: string;
  readonly template: string;
}

function linesOf(grammar: string): Line[] {
  return grammar
    .trim()
    .split('\n')
    .map((line) => ({ families: line.slice(0, line.indexOf(' ')), template: line.slice(line.indexOf(' ') + 1) }));
}

const fields: readonly Field[] = linesOf(FIELDS).map(({ families, template }) => {
  const [name = '', one = '', more = null] = template.split(' ; ');
  return { families, name, one, more };
});
const [matches, statements, finals] = [MATCHES, STATEMENTS, FINALS].map(linesOf) as [Line[], Line[], Line[]];

const COMMENTS = ['a', 'b c', 'x,y;{z}', '#1'];
const draw = (template: string, random: Random): string => expand(template, random, (name) => NAMES.get(name)).trim();

/** Draws rules of one family. */
export class NftRules {
  readonly #random: Random;
  readonly #fields: readonly Field[];
  readonly #matches: readonly Line[];
  readonly #statements: readonly Line[];
  readonly #finals: readonly Line[];

  constructor(family: NftFamily, random: Random) {
    const own = ({ families }: { readonly families: string }) => families.includes(LETTERS[family]);
    this.#random = random;
    this.#fields = fields.filter(own);
    this.#matches = matches.filter(own);
    this.#statements = statements.filter(own);
    this.#finals = finals.filter(own);
  }

  /** One rule for each field and each template, so that nothing is left out by chance. */
  eachOnce(): string[] {
    return [
      ...this.#fields.flatMap((field) => [this.#single(field), this.#inSet(field)]),
      ...[...this.#matches, ...this.#statements, ...this.#finals].map(({ template }) => draw(template, this.#random)),
    ];
  }

  /** Up to three matches, up to two statements, and how it ends. */
  rule(): string {
    const parts: string[] = [];
    for (let i = this.#upTo(3); i > 0; i--)
      parts.push(this.#chance(0.7) ? this.#comparison() : this.#line(this.#matches));
    for (let i = this.#upTo(2); i > 0; i--) parts.push(this.#line(this.#statements));
    if (this.#chance(0.8) || parts.length === 0) parts.push(this.#line(this.#finals));
    if (this.#chance(0.2)) parts.push(`comment "${pick(this.#random, COMMENTS)}"`);
    return parts.join(' ');
  }

  #line(lines: readonly Line[]): string {
    return draw(pick(this.#random, lines).template, this.#random);
  }

  #comparison(): string {
    const field = pick(this.#random, this.#fields);
    const where = this.#random();
    if (where < 0.45) return this.#single(field);
    if (where < 0.65) return this.#inSet(field);
    if (where < 0.85) return this.#concat([field, pick(this.#random, this.#fields)]);
    return this.#lookup(field);
  }

  #single(field: Field): string {
    const value = field.more && this.#chance(0.3) ? field.more : field.one;
    return `${field.name} ${this.#chance(0.25) ? '!= ' : ''}${draw(value, this.#random)}`;
  }

  #inSet(field: Field): string {
    const values = Array.from({ length: 1 + this.#upTo(3) }, () => draw(field.one, this.#random));
    if (field.more && this.#chance(0.4)) values.push(draw(field.more, this.#random));
    return `${field.name} ${this.#chance(0.25) ? '!= ' : ''}{ ${[...new Set(values)].join(', ')} }`;
  }

  #concat(parts: readonly Field[]): string {
    const one = (): string =>
      parts.map((part) => draw(part.more && this.#chance(0.2) ? part.more : part.one, this.#random)).join(' . ');
    const keys = new Set(Array.from({ length: 1 + this.#upTo(2) }, one));
    const name = parts.map((part) => part.name).join(' . ');
    if (this.#chance(0.6)) return `${name} { ${[...keys].join(', ')} }`;
    return `${name} vmap { ${[...keys].map((key) => `${key} : ${draw('{verdict}', this.#random)}`).join(', ')} }`;
  }

  #lookup(field: Field): string {
    const keys = new Set(Array.from({ length: 1 + this.#upTo(2) }, () => draw(field.one, this.#random)));
    if (this.#chance(0.5))
      return `${field.name} vmap { ${[...keys].map((key) => `${key} : ${draw('{verdict}', this.#random)}`).join(', ')} }`;
    return `meta mark set ${field.name} map { ${[...keys].map((key) => `${key} : ${draw('{mark}', this.#random)}`).join(', ')} }`;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * (most + 1));
  }
}

/** Sets, maps, objects and chains, among them those that the templates name; one declaration each, so that one that is refused can be left out. */
export function declarations(family: NftFamily, random: Random): string[] {
  const own = DECLARATIONS.filter(({ families }) => families.includes(LETTERS[family]));
  return [...own.map(({ template }) => draw(template, random)), ...baseChains(family, random)];
}

const DECLARATIONS = linesOf(String.raw`
46ibna counter cnt \{ [comment "c"; ]packets {0..99} bytes {0..9999}; \}
46ibna counter cnt2 \{ packets 0 bytes 0; \}
46ibna quota qt \{ [over ]{1..99} {bytes|kbytes|mbytes}[ used {1..9} bytes]; \}
46ibna limit lim \{ rate [over ]{rate}; \}
46i ct helper hlp \{ type "ftp" protocol tcp; \}
46i ct timeout tmo \{ protocol tcp; policy = \{ established : {60..900}, close : 10 \}; \}
46i ct expectation exp \{ protocol udp; dport {1..65535}; timeout {time}; size {1..20}; \}
46i synproxy syn \{ mss {100..1460}; wscale {1..14}; [timestamp ][sack-perm]; \}
46ibna set s4 \{ type ipv4_addr; flags interval; elements = \{ {v4}, 172.16.0.0/12, 192.0.3.1-192.0.3.9 \}; \}
46ibna set s6 \{ type ipv6_addr; flags interval; elements = \{ {v6}, 2001:db8:ffff::/48 \}; \}
46ibna set ports \{ type inet_service; flags interval; elements = \{ 22, 80-89, 1024-2048 \}; \}
46ibna set pairs \{ type ipv4_addr . inet_service; flags interval; elements = \{ {v4} . {port}, 10.0.0.0/8 . 1-9 \}; \}
46ibna set names \{ type ifname; elements = \{ "lo", "eth0" \}; \}
46ibna set marks \{ type mark; size {10..99}; elements = \{ {mark}, 0x7 comment "seven" \}; \}
46ibn set kinds \{ typeof ip protocol; elements = \{ tcp, udp, {138..250} \}; \}
46ibna set closed \{ type ipv4_addr; flags constant; elements = \{ {v4} \}; \}
46ibna set aging \{ type ipv4_addr; flags timeout; timeout {time}; gc-interval {time}; elements = \{ {v4} timeout 10d comment "x y" \}; \}
46ibna set counted \{ type ipv4_addr; counter; elements = \{ {v4} counter packets {0..9} bytes {0..900} \}; \}
46ibna set limited \{ type ipv4_addr; limit rate {1..9}/second; elements = \{ 10.9.8.7 limit rate {1..9}/second \}; \}
46ibna set merged \{ type ipv4_addr; flags interval; auto-merge; elements = \{ 10.0.0.0/8, 192.0.2.0/24 \}; \}
46ibna set memory \{ type ether_addr; policy memory; elements = \{ {mac} \}; \}
46ibna set times \{ typeof meta hour . meta day; comment "when"; elements = \{ "17:00" . "Monday" \}; \}
46ibna map verdicts \{ type inet_service : verdict; elements = \{ 22 : {verdict}, 23 comment "c" : {verdict} \}; \}
46ibna map spans \{ type ipv4_addr : verdict; flags interval; elements = \{ 10.0.0.0/8 : {verdict}, * : drop \}; \}
46ibna map values \{ type ipv4_addr : mark; elements = \{ {v4} : {mark} \}; \}
46ibna map goals \{ type ipv4_addr . inet_service : ipv4_addr . inet_service; elements = \{ {v4} . 80 : 10.0.0.1 . {port} \}; \}
46ibna map counters \{ type inet_service : counter; elements = \{ 80 : "cnt", 443 : "cnt2" \}; \}
46ibna map quotas \{ type inet_service : quota; elements = \{ 80 : "qt" \}; \}
46ibna set dyn4 \{ type ipv4_addr; size 1000; flags dynamic,timeout; timeout {time}; \}
46ibna set dynpairs \{ type ipv4_addr . inet_service; size 65535; flags dynamic,timeout; \}
46ibna map dynmap \{ type ipv4_addr : mark; size 100; flags dynamic,timeout; \}
46i flowtable ft \{ hook ingress priority filter[ {+|-} {1..9}]; devices = \{ lo \}; \}
46ibna chain other \{ [comment "a chain"; ]counter; \}
`);

const NAMED_PRIORITIES: Readonly<Record<NftFamily, string>> = {
  ip: '{raw|mangle|filter|security}',
  ip6: '{raw|mangle|filter|security}',
  inet: '{raw|mangle|filter|security}',
  bridge: 'filter',
  netdev: 'filter',
  arp: 'filter',
};
const HOOKS: Readonly<Record<NftFamily, readonly string[]>> = {
  ip: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  ip6: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  inet: ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress device "lo"'],
  bridge: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  netdev: ['ingress device "lo"', 'egress device "lo"'],
  arp: ['input', 'output'],
};

/** One base chain of each hook and type, with a priority by name, by distance from one, or by number. */
function baseChains(family: NftFamily, random: Random): string[] {
  const types = HOOKS[family].map((hook) => ['filter', hook] as const);
  const nat = ['prerouting', 'input', 'output', 'postrouting'].map((hook) => ['nat', hook] as const);
  const internet = family === 'ip' || family === 'ip6' || family === 'inet';
  const all = internet ? [...types, ...nat, ['route', 'output'] as const] : types;
  return all.map(([type, hook], i) => {
    const named = hook.includes('device') ? 'filter' : NAMED_PRIORITIES[family];
    const priority = draw(`{${named}|${named} {+|-} {1..9}|{1..400}|-1{0..9}9}`, random);
    return draw(`chain base${i} \\{ type ${type} hook ${hook} priority ${priority}; policy {accept|drop}; \\}`, random);
  });
}
