/** How deep jumps go. A file of its own: drawings need nothing else of the jump graph. */

/** Kernel: NFT_JUMP_STACK_SIZE: how many chains deep nft's jumps may go, base chain included, gotos counted like jumps [n3, n4, n6, n8]. Legacy tables have no such bound [n7]. */
export const NFT_LEVELS = 16;
