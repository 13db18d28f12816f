import { describe, expect, it } from 'vitest';
import { linkRuleset } from '../../model/link.ts';
import type { Rule, Ruleset } from '../../model/ruleset.ts';
import { readDocument } from '../../parse/read.ts';
import { PacketSpace } from '../packet-space.ts';
import { reachOf } from './reach-of.ts';
import { ruleStatuses, shadowing } from './rule-status.ts';
import { inWords } from './set-words.ts';
import { lostElements } from './verdict-elements.ts';

function spaceOf(text: string, name = 'node.txt'): PacketSpace {
  return new PacketSpace(linkRuleset(readDocument(0, name, text)));
}

function filter(chains: string, ...rules: readonly string[]): string {
  return `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${chains}${rules.map((rule) => `-A ${rule}`).join('\n')}\nCOMMIT\n`;
}

function named({ chain, index }: Rule): string {
  return `${chain.name}:${index}`;
}

function statuses(space: PacketSpace): Record<string, string> {
  const found = ruleStatuses(space);
  return Object.fromEntries(space.ruleset.rules.map((rule) => [named(rule), found[rule.id] ?? '']));
}

function reasons(space: PacketSpace): Record<string, unknown> {
  const list = shadowing(space, space.ruleset.rules);
  return Object.fromEntries(list.map(({ rule, why, by }) => [named(rule), `${why} ${by.map(named).join(' ')}`.trim()]));
}

describe('rules that decide nothing', () => {
  it('are found behind rules that take their packets, which are named', () => {
    const space = spaceOf(
      filter(
        '',
        'FORWARD -p tcp --dport 80 -j ACCEPT',
        'FORWARD -s 10.0.0.0/8 -j ACCEPT',
        'FORWARD -s 10.1.0.0/16 -p tcp -m multiport --dports 80,443 -j DROP',
        'FORWARD -p tcp --dport 443 -j DROP',
      ),
    );
    expect(statuses(space)).toEqual({
      'FORWARD:1': 'matches',
      'FORWARD:2': 'matches',
      'FORWARD:3': 'never-matches',
      'FORWARD:4': 'matches',
    });
    expect(reasons(space)).toEqual({ 'FORWARD:3': 'taken FORWARD:1 FORWARD:2' });
  });

  it('are those that ask for packets from an address of the node, of packets that come in with no other source', () => {
    const local = '-m addrtype --src-type LOCAL -j DROP';
    expect(statuses(spaceOf(filter('', `FORWARD ${local}`, `OUTPUT ${local}`)))).toEqual({
      'FORWARD:1': 'never-matches',
      'OUTPUT:1': 'matches',
    });
  });

  it('are told from chains that nobody enters, and from conditions that never hold', () => {
    const space = spaceOf(
      filter(
        ':ALONE - [0:0]\n:INNER - [0:0]\n',
        'FORWARD -p tcp -j INNER',
        'INNER -p udp -j DROP',
        'INNER -m mark --mark 0x1/0x1 -m mark --mark 0x0/0x1 -j DROP',
        'INNER -j DROP',
        'ALONE -j DROP',
      ),
    );
    expect(statuses(space)).toMatchObject({
      'INNER:1': 'never-matches',
      'INNER:3': 'matches',
      'ALONE:1': 'not-reached',
    });
    expect(reasons(space)).toEqual({ 'INNER:1': 'elsewhere', 'INNER:2': 'conditions', 'ALONE:1': 'not-entered' });
  });

  it('are those behind a map without their key, also where nobody asks for what it gives, and those that ask for more than a number holds', () => {
    const text = (rules: string) =>
      `table ip6 t {\n  chain c {\n    type filter hook input priority 0;\n${rules}  }\n}\n`;
    const mark = 'meta mark set ip6 saddr & ::ffff map { ::2 : 0x2a, ::1:0:0 : 0x17 }';
    expect(statuses(spaceOf(text(`    ${mark} accept\n    ip6 saddr & ::ffff == ::2 drop\n    drop\n`)))).toEqual({
      'c:1': 'matches',
      'c:2': 'never-matches',
      'c:3': 'matches',
    });
    const expire = (range: string) => `FORWARD -m conntrack --ctexpire ${range} -j ACCEPT`;
    expect(statuses(spaceOf(filter('', expire('4294967295'), expire('0:4294967295'))))).toEqual({
      'FORWARD:1': 'never-matches',
      'FORWARD:2': 'matches',
    });
  });

  it('counts packets of connections of all states, of the node itself, and behind NAT', () => {
    const space = spaceOf(
      `table ip t {
        chain in { type filter hook input priority filter; policy accept;
          ct state established,related accept
          ct state invalid drop
          iifname "lo" accept
          ct status dnat tcp dport 8080 accept
          meta mark 0x7 drop }
        chain pre { type nat hook prerouting priority dstnat; policy accept; tcp dport 80 redirect to :8080 }
      }`,
      'node.nft',
    );
    expect(Object.values(statuses(space))).toEqual(Array.from({ length: 6 }, () => 'matches'));
  });

  it('leaves what other stacks do undecided', () => {
    const space = spaceOf(
      'table bridge b { chain c { type filter hook forward priority 0; policy accept; drop } }',
      'node.nft',
    );
    expect(ruleStatuses(space)).toEqual(['undecided']);
  });
});

describe('elements of verdict maps', () => {
  it('are found by packets, or are said to be lost', () => {
    const space = spaceOf(
      `table ip t {
        chain fwd { type filter hook forward priority filter; policy accept;
          ip daddr 10.0.0.0/24 drop
          tcp dport vmap { 443 : drop, 8080-8090 : accept }
          ip daddr . tcp dport vmap { 10.0.0.5 . 80 : accept, 10.1.0.5 . 80 : drop } }
      }`,
      'node.nft',
    );
    const [lost, ...others] = lostElements(space);
    expect(others).toEqual([]);
    expect(named(lost?.rule as Rule)).toBe('fwd:3');
    expect(lost?.count).toBe(2);
    expect(lost?.elements.map(({ key }) => key)).toMatchObject([{ parts: [{ value: 0x0a000005 }, { value: 80 }] }]);
  });
});

describe('the packets of a rule', () => {
  function matched(ruleset: Ruleset, index: number): readonly string[] {
    const space = new PacketSpace(ruleset);
    const rule = ruleset.rules[index] as Rule;
    return reachOf(space, rule).flatMap(({ family, origin, matched: set }) =>
      inWords(space.family(family), set, origin).lines.map((line) => `${origin}: ${line}`),
    );
  }

  it('are said in prefixes, ports and interfaces', () => {
    const text = filter(
      '',
      'FORWARD -s 10.0.0.0/8 -j ACCEPT',
      'FORWARD -i eth0 -s 10.0.0.0/7 -p tcp --dport 8000:8080 -j DROP',
    );
    expect(matched(linkRuleset(readDocument(0, 'node.txt', text)), 1)).toEqual([
      'received: tcp from 11.0.0.0/8 to any unicast address port 8000-8080, in by eth0',
    ]);
  });

  it('are those that came, whatever NAT made of them', () => {
    const text = `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 192.0.2.1/32 -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5:8080\nCOMMIT
${filter('', 'FORWARD -d 10.0.0.5/32 -p tcp --dport 8080 -m conntrack --ctstate DNAT -j DROP')}`;
    expect(matched(linkRuleset(readDocument(0, 'node.txt', text)), 1)).toEqual([
      'received: tcp to 192.0.2.1 port 80, ct state new',
    ]);
  });
});
