/** As practice.ts, for the prover: small made-up nodes of two writers are proved while nobody has given it any, in steps of some 50 ms. */
import { analyse } from '../pipeline.ts';
import { createProver, prove } from '../proofs/prove.ts';
import { practiceNodes } from './practice.ts';

/** Services of each made-up node, and how often each is proved. */
const SERVICES = 24;
const ROUNDS = 4;

/** Between two steps whoever runs it may stop. */
export function* practiseProofs(): Generator<void, void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const node of practiceNodes(SERVICES)) {
      const analysis = analyse([node]);
      yield;
      for (const _ of prove(createProver(analysis), analysis.findings)) yield;
    }
  }
}
