/** swarmnet cli. */
package io.swarmnet.cli;
