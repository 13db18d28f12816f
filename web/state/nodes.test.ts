import { describe, expect, it } from 'vitest';
import { documentsOfNode, indexOfNode, nameOfDumps, nodeAt, nodesOf } from './nodes.ts';

const documents = (...names: string[]) => names.map((name, at) => ({ id: `d${at}`, name }));

describe('nodesOf', () => {
  it.each([
    [['node-a.nft', 'node-a.save', 'node-a.legacy.save', 'node-a.ipset'], ['node-a']],
    [['worker-1.save', 'worker-1.ip6.save', 'worker-1.ipset'], ['worker-1']],
    [
      ['worker-1.save', 'worker-2.save', 'Worker-1.ipset'],
      ['worker-1', 'worker-2'],
    ],
    [['iptables-save.txt', 'ip6tables-save.txt', 'ipset.txt'], ['']],
    [
      ['host.nft', 'netns-checkout.nft'],
      ['host', 'netns-checkout'],
    ],
    [
      ['node-a.save', 'node-b.save', 'node-a-iptables-save.txt'],
      ['node-a', 'node-b'],
    ],
    [
      ['nft-c.txt', 'iptables-legacy-save', '10.0.0.7.save'],
      ['', '10.0.0.7'],
    ],
    [[], []],
  ])('%j are %j', (names, nodes) => {
    expect(nodesOf(documents(...names)).map(({ name }) => name)).toEqual(nodes);
  });

  it('has every document in one node', () => {
    expect(nodesOf(documents('web-2.save', 'web-1.save', 'web-2.nft'))).toEqual([
      { name: 'web-2', documents: ['d0', 'd2'] },
      { name: 'web-1', documents: ['d1'] },
    ]);
  });
});

describe('documentsOfNode', () => {
  const all = documents('web-1.save', 'web-2.save');
  it('are all where no node is chosen, or the chosen one is gone', () => {
    expect(documentsOfNode(all, null)).toBe(all);
    expect(documentsOfNode(all, 'web-3')).toBe(all);
  });
  it('are those of the node', () => {
    expect(documentsOfNode(all, 'web-2').map(({ id }) => id)).toEqual(['d1']);
  });
});

describe('a node by one of its documents', () => {
  const all = documents('web-1.save', 'web-2.save', 'web-1.ipset');
  it('is found again, also where the names are others', () => {
    const at = indexOfNode(all, 'web-2');
    expect(at).toBe(1);
    expect(nodeAt(documents('host-a.save', 'host-b.save', 'host-a.ipset'), at ?? undefined)).toBe('host-b');
  });
  it('is none where all are read, where it is gone, and where there is no other', () => {
    expect(indexOfNode(all, null)).toBeNull();
    expect(indexOfNode(all, 'web-3')).toBeNull();
    expect(nodeAt(all, undefined)).toBeNull();
    expect(nodeAt(all, 3)).toBeNull();
    expect(nodeAt(documents('web-1.save', 'web-1.ipset'), 0)).toBeNull();
  });
});

describe('nameOfDumps', () => {
  it.each([
    [[], 'Empty'],
    [['Node-A.save'], 'Node-A.save'],
    [['worker-1.ipset', 'worker-1.save', 'worker-1.ip6.save'], 'worker-1'],
    [['a.save', 'b.save', 'c.nft'], 'a.save and 2 more'],
    [['iptables-save.txt', 'ipset.txt'], 'iptables-save.txt and 1 more'],
  ])('of %j is %s', (names, name) => {
    expect(nameOfDumps(names)).toBe(name);
  });
});
