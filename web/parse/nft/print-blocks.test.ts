import { expect, it } from 'vitest';
import { linkRuleset } from '../../model/link.ts';
import { readDocument } from '../read.ts';
import { printNft } from './print.ts';

it('prints the element for all other names without quotes: nft takes no name of nothing but a wildcard', () => {
  const text = 'table ip t {\n map m { type ifname : verdict; elements = { "eth0" : accept, * : drop } }\n}\n';
  const { tables } = linkRuleset(readDocument(0, 'node.nft', text));
  expect(printNft({ tables }).text).toContain('elements = { "eth0" : accept,\n\t\t\t     * : drop }');
});
