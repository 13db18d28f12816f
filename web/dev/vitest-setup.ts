/**
 * Property tests run from one seed, so that a failure can be seen again. `NFSCOPE_SEED=N npm run unit` takes another; a failure found that way
 * becomes a case of its own.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['NFSCOPE_SEED'] ?? 20_250_602) });
