package io.swarmnet.linux.nft;

import jnr.ffi.Pointer;

/** The functions of libnftables(3) that we call. Public because jnr-ffi asks for it; use {@link Nftables}. */
public interface LibNftables {
    Pointer nft_ctx_new(int flags);

    void nft_ctx_free(Pointer context);

    void nft_ctx_output_set_flags(Pointer context, int flags);

    int nft_ctx_buffer_output(Pointer context);

    int nft_ctx_buffer_error(Pointer context);

    String nft_ctx_get_output_buffer(Pointer context);

    String nft_ctx_get_error_buffer(Pointer context);

    int nft_run_cmd_from_buffer(Pointer context, String command);
}
