/**
 * The nouns of swarmnet and the encodings that two halves share. Pure: no clock, no chance, no I/O.
 */
package io.swarmnet.model;
