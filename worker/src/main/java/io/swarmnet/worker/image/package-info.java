/**
 * Images on this node: imported tarballs and the built-in image host. References, Dockerfile changes and configurations
 * are pure; the unpacker and the store are not, and block.
 */
package io.swarmnet.worker.image;
