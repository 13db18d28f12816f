import { describe, expect, it } from 'vitest';
import { field } from '../../model/expression.ts';
import { resolveIpsetKey } from '../../model/ipset.ts';
import { linkRuleset } from '../../model/link.ts';
import { readDocument } from '../read.ts';
import { printIpsetSave } from './print.ts';

/** As ipset 7.17 prints them. */
const SAVED = `create a hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x06887868
add a 1.2.3.4
create b hash:net family inet hashsize 1024 maxelem 65536 timeout 600 counters comment bucketsize 12 initval 0x9094baba
add b 10.0.0.0/8 timeout 599 packets 0 bytes 0 comment "hello w"
add b 10.1.0.0/16 timeout 599 nomatch packets 0 bytes 0
create c hash:ip,port family inet hashsize 1024 maxelem 65536
add c 1.2.3.4,udp:53
add c 1.2.3.4,icmp:echo-request
create d hash:net,iface family inet hashsize 1024 maxelem 65536
add d 10.0.0.0/8,eth0
create e hash:ip,port,net family inet hashsize 1024 maxelem 65536
add e 1.2.3.4,tcp:80,10.0.0.0/8
create f bitmap:port range 0-65535
add f 80
create i hash:net family inet6 hashsize 1024 maxelem 65536
add i 2001:db8::/32
add i ::1
create l bitmap:ip range 10.0.0.0-10.0.0.255
add l 10.0.0.5
create j hash:ip,mark family inet
add j 1.2.3.4,0x00000005
create g list:set size 8
add g a
`;

describe('ipset save', () => {
  it('prints back what the tool lists', () => {
    const dumps = readDocument(0, 'x', SAVED);
    expect(dumps.flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    expect(printIpsetSave(linkRuleset(dumps))).toBe(SAVED);
  });

  it.each([
    ['hash:ip', ['src'], ['ip saddr']],
    ['hash:net,iface', ['dst', 'src'], ['ip daddr', 'meta iifname']],
    ['hash:ip,port', ['dst', 'dst'], ['ip daddr', 'th dport']],
    ['hash:ip', ['src', 'dst'], ['ip saddr']],
    ['hash:ip,port', ['src'], null],
    ['list:set', ['src'], null],
    ['hash:mac', ['src'], ['ether saddr']],
  ])('%s with %j compares %j', (type, directions, names) => {
    const set = readDocument(0, 'x', `create s ${type} family inet\n`)[0]?.ipsets[0];
    if (!set) throw new Error('no set');
    const parts = directions.map((direction) => field(`ipset ${direction}`));
    const key = parts.length === 1 ? parts[0] : { kind: 'concat' as const, parts };
    const resolved = key && resolveIpsetKey(key, set, 'ip');
    const found = resolved?.kind === 'concat' ? resolved.parts : resolved ? [resolved] : null;
    expect(found?.map((part) => (part.kind === 'field' ? part.name : part.kind)) ?? null).toEqual(names);
  });
});
