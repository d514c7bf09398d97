/** swarmnet bench. */
package io.swarmnet.bench;
