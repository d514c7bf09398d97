package io.swarmnet.gossip.io;

import io.swarmnet.gossip.message.DropReason;
import io.swarmnet.gossip.message.Evidence;
import io.swarmnet.gossip.message.Row;
import io.swarmnet.model.record.SignedClaim;
import io.swarmnet.model.record.SignedState;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks signatures: ECDSA P-256 with SHA-256. A claim found right is remembered, as its states change more often. One
 * thread uses it, and that is never the event loop (some 0.5 ms a signature).
 */
final class SignatureCheck {
    private static final int CLAIMS_MAX = 16_384;

    private final Map<SignedClaim, Boolean> rightClaims = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SignedClaim, Boolean> eldest) {
            return size() > CLAIMS_MAX;
        }
    };
    private PublicKey claimKeyOfCache;

    /**
     * @param claimKey the swarm's, or null when none is known yet
     * @param nodeKey of the node the evidence is by, or null when there is none; not asked for our own records
     * @return null when everything is right
     */
    DropReason check(Evidence evidence, PublicKey claimKey, PublicKey nodeKey, boolean ownRecord) {
        if (evidence instanceof Evidence.OfHoldings ofHoldings) {
            byte[] signed = ofHoldings.holdings().signedBytes();
            boolean right = isRight(nodeKey, signed, ofHoldings.holdings().signature());
            return right ? null : DropReason.BAD_STATE_SIGNATURE;
        }
        Row row = ((Evidence.OfRecord) evidence).row();
        if (!isRightClaim(row.record().claim(), claimKey)) {
            return DropReason.BAD_CLAIM_SIGNATURE;
        }
        // Our own record from an earlier life is never taken over, only withdrawn: the claim is enough for that.
        SignedState state = row.record().state();
        return ownRecord || isRight(nodeKey, state.state(), state.signature()) ? null : DropReason.BAD_STATE_SIGNATURE;
    }

    private boolean isRightClaim(SignedClaim claim, PublicKey claimKey) {
        if (claimKey == null) {
            return false;
        }
        if (!claimKey.equals(claimKeyOfCache)) {
            rightClaims.clear();
            claimKeyOfCache = claimKey;
        }
        if (rightClaims.get(claim) != null) {
            return true;
        }
        boolean right = isRight(claimKey, claim.claim(), claim.signature());
        if (right) {
            rightClaims.put(claim, true);
        }
        return right;
    }

    private static boolean isRight(PublicKey key, byte[] bytes, byte[] signature) {
        if (key == null) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(bytes);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // A signature that is no DER, or a key that is no EC key.
            return false;
        }
    }
}
