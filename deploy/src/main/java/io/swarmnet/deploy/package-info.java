/** swarmnet deploy. */
package io.swarmnet.deploy;
