/**
 * The swarm's certificate authority: roots, certificates from CSRs, the key that signs claims. Pure but for the chance it is
 * given; signing costs about a millisecond of processor time.
 */
package io.swarmnet.manager.ca;
