// The shared libraries of Amazon Linux 2023's minimal image, which Lambda's runtimes are built on (AWS:
// "AL2023 minimal container image", its packages and what they depend on).

/** Names as a program asks for them (DT_NEEDED). */
export const systemLibraries: ReadonlySet<string> = new Set(
  `ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1
  libutil.so.1 libresolv.so.2 libanl.so.1 libnsl.so.1 libnss_dns.so.2 libnss_files.so.2
  libBrokenLocale.so.1 libthread_db.so.1 libgcc_s.so.1 libstdc++.so.6
  libtinfo.so.6 libncurses.so.6 libncursesw.so.6 libreadline.so.8 libhistory.so.8
  libacl.so.1 libattr.so.1 libcap.so.2 libcap-ng.so.0 libselinux.so.1 libsepol.so.2 libaudit.so.1
  libgmp.so.10 libmpfr.so.6 libpcre2-8.so.0 libpcre2-posix.so.3 libsigsegv.so.2
  libcrypto.so.3 libssl.so.3 libcurl.so.4 libnghttp2.so.14 libidn2.so.0 libunistring.so.2 libpsl.so.5
  libgssapi_krb5.so.2 libkrb5.so.3 libk5crypto.so.3 libkrb5support.so.0 libcom_err.so.2
  libkeyutils.so.1 libverto.so.1 libp11-kit.so.0 libtasn1.so.6 libffi.so.8
  libz.so.1 libbz2.so.1 liblzma.so.5 libzstd.so.1 liblz4.so.1 libxml2.so.2 libsqlite3.so.0
  libglib-2.0.so.0 libgobject-2.0.so.0 libgio-2.0.so.0 libgmodule-2.0.so.0 libgirepository-1.0.so.1
  libmount.so.1 libblkid.so.1 libuuid.so.1 libsmartcols.so.1 libpopt.so.0 libmagic.so.1 libelf.so.1
  liblua-5.4.so librpm.so.9 librpmio.so.9 libgpgme.so.11 libassuan.so.0 libgpg-error.so.0
  libgcrypt.so.20 libjson-c.so.5 libyaml-0.so.2 libmodulemd.so.2 librepo.so.0 libsolv.so.1
  libsolvext.so.1 libdnf.so.2 libpeas-1.0.so.0 linux-vdso.so.1`.split(/\s+/),
);
