import { describe, expect, it } from 'vitest';
import { readDocument } from '../parse/read.ts';
import { type Anonymised, type AnonymiseOptions, anonymise } from './anonymise.ts';
import { withStrings } from './strings.ts';

const KEY = new Uint8Array(32).fill(9);

function one(text: string, options: Partial<AnonymiseOptions> = {}): Anonymised & { readonly text1: string } {
  const result = anonymise([{ name: 'node.txt', text }], { key: KEY, ...options });
  return { ...result, text1: result.documents[0]?.text ?? '' };
}

const save = (...rules: string[]): string => `*filter\n:FORWARD ACCEPT [5:300]\n${rules.join('\n')}\nCOMMIT\n`;

describe('anonymise', () => {
  it('keeps wildcards over the same interfaces, in whatever words they end', () => {
    const text = save(
      '-A FORWARD -i cust1+ -j DROP',
      '-A FORWARD -i cust10 -j DROP',
      '-A FORWARD -i cust2 -j DROP',
      '-A FORWARD -i cal+ -j DROP',
      '-A FORWARD -i cali12ab34 -j DROP',
    );
    const { text1, kept, differences } = one(text);
    expect(differences).toEqual([]);
    const [stem = '', inside = '', outside = '', short = '', pod = ''] = [...text1.matchAll(/-i (\S+?)\+? /g)].map(
      ([, name]) => name,
    );
    expect(inside.startsWith(stem)).toBe(true);
    expect(outside.startsWith(stem)).toBe(false);
    // `cali` is a class, `cal` a word: only as they are does the one begin the other.
    expect(pod.startsWith(short)).toBe(true);
    expect(kept.filter(({ why }) => why === 'wildcard').map((one) => one.text)).toEqual(['cal', 'cali12ab34']);
  });

  it('tells what stays, where it is and why', () => {
    const { kept } = one(
      save(
        '-A FORWARD -m u32 --u32 "12=0x0a141e28" -j DROP',
        '-A FORWARD -s 10.20.30.40/32 -m mark --mark 0xa141e28 -j DROP',
        '-A FORWARD -d 10.0.0.0/8 -j ACCEPT',
      ),
    );
    expect(kept.map(({ why, line }) => [why, line])).toEqual([
      ['opaque', 3],
      ['number', 3],
      ['number', 4],
    ]);
  });

  it('tells numbers in comments that are no ports', () => {
    const comment = (text: string): string => `-A FORWARD -m comment --comment "${text}" -j ACCEPT`;
    const { kept } = one(
      save(
        comment('Petra, +41 79 555 12 34, ticket 884412'),
        comment('allow 443 and 30080 to 10.96.0.10:53, see node-20231120'),
        comment('079 555 12 34'),
      ),
    );
    expect(kept.map(({ text, why }) => [text, why])).toEqual(
      ['+41 79 555 12 34', '884412', '079 555 12 34'].map((text) => [text, 'comment']),
    );
  });

  it('says that an address stays on its side of a comparison', () => {
    const text =
      'table ip t {\n\tchain c {\n\t\tip saddr > 93.184.216.34 drop\n\t\tip saddr 198.41.0.4 accept\n\t}\n}\n';
    const { kept, differences } = one(text);
    expect(kept).toEqual([{ text: '93.184.216.34', why: 'bound', document: 0, line: 3 }]);
    expect(differences).toEqual([]);
  });

  it('says when a network that a script writes in pieces falls apart', () => {
    expect(
      one('NET=93.184.216\niptables -A INPUT -s $NET.0/24 -j DROP\niptables -A INPUT -s 93.184.216.0/24 -j DROP\n')
        .differences,
    ).not.toEqual([]);
  });

  it('reads a name that a terminal has cut as one', () => {
    const rules = ['web', 'api', 'mail'].map(
      (name) => `-A FORWARD -s 10.0.0.7/32 -m comment --comment "to the ${name} of customer-payments" -j ACCEPT`,
    );
    const wrapped = save(...rules).replace(/.{80}/g, '$&\n');
    expect(readDocument(0, 'x', wrapped)[0]?.diagnostics.map(({ code }) => code)).toContain('repaired-wrap');
    const { text1, differences } = one(wrapped);
    expect(differences).toEqual([]);
    expect(text1).not.toMatch(/customer|payments|stomer|ments/);
    expect(new Set(text1.match(/of [a-z]{8}-[a-z]{8}/g)).size).toBe(1);
  });

  it('leaves no prose, prompt or unknown option as it was', () => {
    const { text1 } = one(
      `Hi Alice, this is acme-hq:\n\nalice@acme-hq:~# iptables-save\n${save('-A FORWARD -m secretmatch --secret-name bluebird -j DROP')}\nThanks, Bob\n`,
    );
    expect(text1).not.toMatch(/alice|acme|hq|secret|bluebird|bob|thanks/i);
    expect(text1).toContain('# iptables-save\n');
  });

  it.each([
    ['an IPv6 address whose groups all have four digits', '\t\tip6 saddr a81b:a033:6399:73c7:72b6:aa8c:6f22:7098 drop'],
    ['the same with zeros in front', '\t\tip6 saddr 0a1b:0033:6399:73c7:72b6:aa8c:6f22:7098 drop'],
    ['classes of traffic control', '\t\tmeta priority set ip daddr map { 10.1.26.2 : 1:bbf8, 10.1.26.3 : 1:c1ad }'],
  ])('reads as before: %s', (_what, rule) => {
    const text = `table inet t {\n\tchain c {\n\t\ttype filter hook output priority 0; policy accept;\n${rule}\n\t}\n}\n`;
    for (let seed = 0; seed < 40; seed++) {
      const { differences, documents } = anonymise([{ name: 'node.nft', text }], {
        key: new Uint8Array(32).fill(seed),
      });
      expect(differences).toEqual([]);
      expect(documents[0]?.text).not.toMatch(/7098|10\.1\.26/);
    }
  });

  it('knows the flags of tables and sets', () => {
    const text =
      'table ip t {\n\tflags owner,persist\n\tset s {\n\t\ttype tcp_flag\n\t\tflags constant\n\t\telements = { syn }\n\t}\n}\n';
    const { differences } = anonymise([{ name: 'a', text }], { key: new Uint8Array(32).fill(1) });
    expect(differences).toEqual([]);
  });

  it('writes counters as 0 where that is asked for', () => {
    const { text1 } = one(save('[7:420] -A FORWARD -c 7 420 -j ACCEPT'), { counters: 'zero' });
    expect(text1).toBe(save('[0:0] -A FORWARD -c 0 0 -j ACCEPT').replace('[5:300]', '[0:0]'));
  });

  it('gives whatever speaks of the dumps the same names', () => {
    const { text, text1 } = one(save('-A FORWARD -s 10.20.30.40/32 -i wan7 -j ACME-IN'));
    const view = {
      view: 'trace',
      chain: { family: 'ip', table: 'filter', backend: 'iptables-nft', chain: 'ACME-IN' },
      packet: { src: '10.20.30.40', iif: 'wan7' },
    } as const;
    const changed = withStrings(view, text);
    expect(changed).toMatchObject({ view: 'trace', chain: { family: 'ip', table: 'filter', backend: 'iptables-nft' } });
    expect(text1).toContain(`-s ${changed.packet.src}/32 -i ${changed.packet.iif} -j ${changed.chain.chain}\n`);
    expect(changed.packet.src).not.toBe('10.20.30.40');
  });

  it('takes any text', () => {
    for (const text of [
      '',
      '\n',
      '\\',
      '"',
      '::',
      ':::',
      'a:',
      '10.0.0',
      '999.1.1.1',
      '1.2.3.4.5',
      '\u0301',
      'é',
      '\ud83d',
      'fd00::1:',
      '-'.repeat(3000),
    ]) {
      expect(() => one(text)).not.toThrow();
    }
  });
});
