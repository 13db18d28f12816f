/** The sample gallery's data, from samples/ beside the page's own folders. */
export { SAMPLES, type Sample } from '../../../samples/index.ts';
