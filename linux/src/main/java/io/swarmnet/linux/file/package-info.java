/**
 * Files that survive a power cut. Blocks.
 */
package io.swarmnet.linux.file;
