package io.swarmnet.manager.ca;

import io.swarmnet.model.error.InvalidSpecException;
import io.swarmnet.model.trust.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** The three kinds of certificates of a swarm (RFC 5280), and the reading of requests (RFC 2986). */
final class Certificates {
    private static final int SERIAL_BITS = 127;
    private static final String SIGNATURE = "SHA256withECDSA";

    private Certificates() {}

    static X509Certificate root(X500Name name, KeyPair key, Instant from, Instant until, SecureRandom random) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, serial(random), Date.from(from), Date.from(until), name, key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key.getPublic()));
            return sign(builder, key.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorException e) {
            throw new IllegalStateException("root certificate of " + name + ": " + e.getMessage(), e);
        }
    }

    static X509Certificate node(
            X500Name name,
            PublicKey key,
            X509Certificate root,
            PrivateKey rootKey,
            Instant from,
            Instant until,
            SecureRandom random) {
        KeyPurposeId[] bothEnds = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
        return issued(name, key, root, rootKey, from, until, random, new ExtendedKeyUsage(bothEnds));
    }

    /** A certificate for signatures alone: no purpose of a TLS end, so it never passes as a node's. */
    static X509Certificate signing(
            X500Name name,
            PublicKey key,
            X509Certificate root,
            PrivateKey rootKey,
            Instant from,
            Instant until,
            SecureRandom random) {
        return issued(name, key, root, rootKey, from, until, random, null);
    }

    private static X509Certificate issued(
            X500Name name,
            PublicKey key,
            X509Certificate root,
            PrivateKey rootKey,
            Instant from,
            Instant until,
            SecureRandom random,
            ExtendedKeyUsage purposes) {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    new JcaX509CertificateHolder(root).getSubject(),
                    serial(random),
                    Date.from(from),
                    Date.from(until),
                    name,
                    SubjectPublicKeyInfo.getInstance(key.getEncoded()));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            if (purposes != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, purposes);
            }
            builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(root.getPublicKey()));
            return sign(builder, rootKey);
        } catch (IOException | GeneralSecurityException | OperatorException e) {
            throw new IllegalStateException("certificate of " + name + ": " + e.getMessage(), e);
        }
    }

    /** @throws InvalidSpecException unless it is a request for an EC P-256 key, signed by that key */
    static PublicKey keyOfRequest(String csrPem) {
        try {
            PKCS10CertificationRequest request =
                    new PKCS10CertificationRequest(Pem.decode(Pem.CERTIFICATE_REQUEST, csrPem));
            if (!isP256(request.getSubjectPublicKeyInfo())) {
                throw new InvalidSpecException("certificate request: only EC P-256 keys are certified");
            }
            PublicKey key = new JcaPKCS10CertificationRequest(request).getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new InvalidSpecException("certificate request: it is not signed by its own key");
            }
            return key;
        } catch (InvalidSpecException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | OperatorException | PKCSException | RuntimeException e) {
            // BouncyCastle answers some garbage with unchecked exceptions of many kinds.
            throw new InvalidSpecException("certificate request: unreadable");
        }
    }

    private static boolean isP256(SubjectPublicKeyInfo info) {
        return X9ObjectIdentifiers.id_ecPublicKey.equals(info.getAlgorithm().getAlgorithm())
                && info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve
                && SECObjectIdentifiers.secp256r1.equals(curve);
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).setBit(0);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorException, GeneralSecurityException, CertIOException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }
}
