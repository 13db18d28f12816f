import { describe, expect, it } from 'vitest';
import { linkRuleset } from '../../model/link.ts';
import type { Dump } from '../../model/ruleset.ts';
import { printIpsetSave } from '../ipset-save/print.ts';
import { readDocument } from '../read.ts';

/** Printed by ipset 7.17 of the same sets. */
const LIST = `Name: blk
Type: hash:net
Revision: 7
Header: family inet hashsize 1024 maxelem 65536 timeout 600 counters comment bucketsize 12 initval 0xdab4a171
Size in memory: 704
References: 3
Number of entries: 2
Members:
10.2.0.1 timeout 0 packets 0 bytes 0
10.1.0.0/16 timeout 599 packets 0 bytes 0 comment "bad net"

Name: hp
Type: hash:ip,port
Revision: 7
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x42ec254d
Size in memory: 264
References: 0
Number of entries: 1
Members:
1.2.3.4,tcp:80

Name: l
Type: list:set
Revision: 3
Header: size 8
Size in memory: 128
References: 0
Number of entries: 1
Members:
blk
`;
const SAVE = `create blk hash:net family inet hashsize 1024 maxelem 65536 timeout 600 counters comment
add blk 10.2.0.1 timeout 0 packets 0 bytes 0
add blk 10.1.0.0/16 timeout 599 packets 0 bytes 0 comment "bad net"
create hp hash:ip,port family inet hashsize 1024 maxelem 65536
add hp 1.2.3.4,tcp:80
create l list:set size 8
add l blk
`;

function print(dumps: readonly Dump[]): string {
  return printIpsetSave(linkRuleset(dumps));
}

describe('ipset list', () => {
  it('says what ipset saves', () => {
    const dumps = readDocument(0, 'x', LIST);
    const [listed] = dumps;
    expect(dumps).toHaveLength(1);
    expect(listed?.format).toBe('ipset-list');
    expect(listed?.diagnostics).toEqual([]);
    expect(print(dumps)).toBe(print(readDocument(0, 'x', SAVE)));
    expect(listed?.ipsets.map(({ complete }) => complete)).toEqual([true, true, true]);
  });

  it('has each name at its place', () => {
    for (const { name, nameSpan } of readDocument(0, 'x', LIST)[0]?.ipsets ?? [])
      expect(LIST.slice(nameSpan.start, nameSpan.end)).toBe(name);
  });

  it('knows that -t leaves the members out', () => {
    const terse = LIST.replace(/^Members:\n(?:[^\n]+\n)+/gm, '');
    expect(readDocument(0, 'x', terse)[0]?.ipsets.map(({ complete, elements }) => [complete, elements.length])).toEqual(
      [
        [false, 0],
        [false, 0],
        [false, 0],
      ],
    );
  });

  it('tells a line that it does not know', () => {
    const [dump] = readDocument(0, 'x', LIST.replace('Revision: 7', 'Colour: red'));
    expect(dump?.diagnostics.map(({ code }) => code)).toEqual(['list-line-not-understood']);
  });
});
