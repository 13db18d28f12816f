import { describe, expect, it } from 'vitest';
import { contextOf } from '../testing.ts';
import { arrives, buildTrace } from './build-trace.ts';
import { passages, SYN, sentence, stepLines, trace } from './testing.ts';

const input = (body: string, more = '') =>
  `table inet t {\n${more}\nchain in {\ntype filter hook input priority 0; policy drop;\n${body}\n}\n}\n`;

describe('the fate', () => {
  it.each([
    ['tcp dport 80 accept', 'Delivered to this node', ''],
    ['tcp dport 81 accept', 'Dropped by in’s policy', 'the policy of in; the sender hears nothing'],
    ['tcp dport 80 drop', 'Dropped by a rule of in', 'rule 1 of in; the sender hears nothing'],
    ['reject with tcp reset', 'Rejected by a rule of in', 'rule 1 of in; the sender gets a TCP reset'],
    [
      'reject with icmp port-unreachable',
      'Rejected by a rule of in',
      'rule 1 of in; the sender is told port-unreachable',
    ],
    ['queue to 3', 'Handed to a program (queue 3)', 'Without one that listens the packet is gone.'],
  ])('%s', (body, title, detail) => {
    const fates = trace(input(body)).fates.map((fate) => ({ title: fate.title, detail: fate.detail }));
    expect(fates).toContainEqual({ title, detail });
  });

  it('names where a packet leaves, and what was translated', () => {
    const dump = `table ip n {
chain pre { type nat hook prerouting priority dstnat; tcp dport 80 dnat to 10.0.0.9:8080; }
chain post { type nat hook postrouting priority srcnat; oifname "br0" snat to 10.0.0.1; }
}
`;
    const passage = trace(dump, { oif: 'br0' });
    expect(passage.fate).toMatchObject({
      kind: 'delivered',
      title: 'Forwarded out br0',
      detail: 'to 10.0.0.9:8080, as 10.0.0.1:40000',
    });
    expect(stepLines(passage)).toEqual([
      'prerouting: 1 tcp dport 80, dnat, dst 192.0.2.2:80 → 10.0.0.9:8080',
      'postrouting: 2 leaves by br0, snat, src 192.0.2.1:40000 → 10.0.0.1:40000',
    ]);
  });

  it('is lost outside of the rules', () => {
    const { fate, path } = trace(input('accept'), { path: 'forward', ttl: '1', oif: 'eth1' });
    expect(fate).toMatchObject({ kind: 'lost', title: 'Lost: its life is over' });
    expect(path.end).toEqual({ kind: 'lost' });
  });

  it('of rules that the kernel would not load says so', () => {
    const { fate } = trace(input('jump nowhere'));
    expect(fate).toMatchObject({ kind: 'not-loadable', title: 'The kernel would not load this' });
  });
});

describe('the steps', () => {
  it('fold what did nothing, and number what did', () => {
    const body = 'tcp dport 1 accept\ntcp dport 2 accept\nmeta mark set 0x5\njump a\ndrop';
    expect(stepLines(trace(input(body, 'chain a { tcp dport 80 accept; }')))).toEqual([
      'input: . nothing matches: rules 1–2',
      'input: 1 set mark 0x5, continue, mark 0x0 → 0x5',
      'input: . no effect: 1 rule',
      'input: 2 tcp dport 80, accept, decides',
    ]);
  });

  it('count every rule that was compared', () => {
    const { evaluated, rules, matter } = trace(input('tcp dport 1 accept\ntcp dport 80 accept\ntcp dport 3 accept'));
    expect([evaluated, rules, matter]).toEqual([2, 3, 1]);
  });

  it('do not call a chain empty that let the packet pass behind a step', () => {
    const dump = `table inet t {
chain a { type filter hook input priority -1; meta mark set 0x5; }
chain b { type filter hook input priority 0; }
}
`;
    expect(stepLines(trace(dump))).toEqual([
      'input: 1 set mark 0x5, continue, mark 0x0 → 0x5',
      'input: . an empty chain',
    ]);
  });
});

describe('what decides', () => {
  it('says what would be without it', () => {
    expect(sentence(trace(input('tcp dport 80 drop\naccept')))).toBe('Without it: delivered to this node.');
    expect(sentence(trace(input('tcp dport 80 accept')))).toBe(
      'Without it: dropped by in’s policy (the policy of in; the sender hears nothing).',
    );
    expect(sentence(trace(input('tcp dport 80 accept\ntcp dport 80 accept')))).toBe(
      'Without it, the fate would be the same.',
    );
    expect(sentence(trace(input('tcp dport 81 accept')))).toBe('No rule of in settled it, and the policy is drop.');
  });
});

describe('forks', () => {
  const service = `table ip n {
chain svc {
numgen random mod 4 0 dnat to 10.0.0.1:8080
dnat to 10.0.0.2:8080
}
chain pre { type nat hook prerouting priority dstnat; tcp dport 80 jump svc; }
}
`;

  it('show the branches of a random match with their shares', () => {
    const passage = trace(service);
    expect(passage.fates.map(({ probability }) => probability)).toEqual([0.75, 0.25]);
    expect(stepLines(passage)).toContain(
      'prerouting: 2 Random match: A random mod 4 0, 0.25, dst 192.0.2.2:80 → 10.0.0.1:8080, Forwarded back out eth0' +
        ' | B dnat 10.0.0.2:8080, 0.75, dst 192.0.2.2:80 → 10.0.0.2:8080, Forwarded back out eth0, followed',
    );
  });

  it('follow the branch that is pinned', () => {
    const fork = trace(service)
      .hooks.flatMap(({ entries }) => entries)
      .find(({ kind }) => kind === 'fork');
    if (fork?.kind !== 'fork') throw new Error('no fork');
    for (const branch of fork.branches) {
      const pinned = trace(service, {}, branch.pins);
      expect(pinned.fates).toHaveLength(1);
      expect(pinned.fate.detail).toContain(branch.changes[0]?.after);
      expect(pinned.unknowns.filter(({ pinned: value }) => value !== null).map(({ text }) => text)).toEqual(
        branch.pins.map(({ unknown }) => unknown),
      );
    }
  });

  it('ask what the dump does not tell, name the rule that asks, and take the answer', () => {
    const dump = input('limit rate 5/second accept');
    const passage = trace(dump);
    expect(passage.fates.map(({ title }) => title).sort()).toEqual([
      'Delivered to this node',
      'Dropped by in’s policy',
    ]);
    expect(passage.unknowns).toHaveLength(1);
    const [unknown] = passage.unknowns;
    expect(unknown).toMatchObject({ pinned: null, idle: false, asks: { place: 'rule 1 of in' } });
    expect(unknown?.values.map(({ label }) => label)).toEqual(['yes', 'no']);
    for (const { value } of unknown?.values ?? []) {
      const pinned = trace(dump, {}, [{ unknown: unknown?.text ?? '', value }]);
      expect(pinned.fate.title).toBe(value ? 'Delivered to this node' : 'Dropped by in’s policy');
      expect(pinned.unknowns.map((one) => one.pinned)).toEqual([value]);
    }
  });

  it('say of an unknown that decides nothing that it is idle', () => {
    const { unknowns, fates } = trace(input('limit rate 5/second log prefix "x"\naccept'));
    expect(fates).toHaveLength(1);
    expect(unknowns.every(({ idle }) => idle)).toBe(true);
  });

  it('keep an answer to a question that is not asked any more, so that it can be taken back', () => {
    const { unknowns } = trace(input('accept'), {}, [{ unknown: 'something else', value: true }]);
    expect(unknowns).toMatchObject([{ text: 'something else', pinned: true, asks: null }]);
  });
});

describe('the connection', () => {
  it('is the first packet, the reply and a later packet, NAT undone', () => {
    const dump = `table ip n {
chain pre { type nat hook prerouting priority dstnat; tcp dport 80 dnat to 10.0.0.9:8080; }
}
table ip f {
chain fwd { type filter hook forward priority 0; policy drop; ct state established,related accept; iifname "eth0" accept; }
}
`;
    const all = passages(dump, { oif: 'br0' });
    expect(all.map(({ role, packet, fate }) => `${role}: ${packet}: ${fate.title}`)).toEqual([
      'first: TCP 192.0.2.1:40000 → 192.0.2.2:80 SYN, ct new in eth0 out br0: Forwarded out br0',
      expect.stringMatching(/^reply: TCP 10\.0\.0\.9:8080 → 192\.0\.2\.1:40000 .*: Forwarded out eth0$/),
      expect.stringMatching(/^later: TCP 192\.0\.2\.1:40000 → 192\.0\.2\.2:80 .*: Forwarded out br0$/),
    ]);
  });

  it('ends with the packet that does not arrive', () => {
    expect(passages(input('drop')).map(({ role }) => role)).toEqual(['first']);
  });
});

describe('the packet', () => {
  it('with errors is not traced, and each is said at its field', () => {
    const { passages: none, problems } = buildTrace(contextOf(input('accept')), {
      form: { ...SYN, src: 'fd00::1', dst: '192.0.2.2' },
      pins: [],
      connection: false,
    });
    expect(none).toEqual([]);
    expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('sent by the node has its interface before the first hook', () => {
    const dump = `table inet t {
chain out { type filter hook output priority 0; policy drop; oifname "eth7" accept; }
chain in { type filter hook input priority 0; iifname "eth7" accept; }
}
`;
    expect(arrives(contextOf(dump), { ...SYN, path: 'output', oif: 'eth7' })).toBe(true);
    expect(arrives(contextOf(dump), { ...SYN, path: 'output', oif: 'eth8' })).toBe(false);
  });

  it('is told apart from the copies of it that rules send', () => {
    const dump = `table ip t {
chain pre { type filter hook prerouting priority 0; dup to 10.0.0.5 device "mon0"; }
chain out { type filter hook output priority 0; counter; }
chain in { type filter hook input priority 0; policy drop; tcp dport 80 accept; }
}
`;
    const passage = trace(dump);
    expect(passage.path.hooks).toEqual(['prerouting', 'input']);
    expect(passage.notes.join()).toContain('A copy was sent.');
    expect(passage.fate.title).toBe('Delivered to this node');
  });
});
