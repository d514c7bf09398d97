/**
 * Images on this node: imported tarballs and the built-in image host.
 */
package io.swarmnet.worker.image;
