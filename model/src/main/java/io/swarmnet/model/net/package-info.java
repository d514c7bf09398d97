/**
 * Addresses, subnets, VNIs and VTEPs, with parsing that never asks a name server. Pure.
 */
package io.swarmnet.model.net;
