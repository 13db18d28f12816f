import { expect, it } from 'vitest';
import { analyse } from '../pipeline.ts';
import { createProver } from '../proofs/prove.ts';
import { practiceNodes } from './practice.ts';
import { practiseProofs } from './prover-practice.ts';

it('proves nodes that have something to prove, and ends by itself', () => {
  const points = practiceNodes(24).map((node) => createProver(analyse([node])).points);
  expect(Math.max(...points)).toBeGreaterThan(0);
  let steps = 0;
  for (const _ of practiseProofs()) steps++;
  expect(steps).toBeGreaterThan(20);
});
