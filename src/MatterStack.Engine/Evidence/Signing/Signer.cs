using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence.Signing;

/// <summary>
/// Signs and verifies with a key of the user: ECDSA on P-256 through .NET, Ed25519 through <c>openssl</c>, since .NET does not support it.
/// </summary>
/// <remarks>The key is read from its file only and never copied: not into a log, the bundle or a command line.</remarks>
internal sealed class Signer : IDisposable
{
    // Object identifier of the curve P-256.
    private const string P256CurveOid = "1.2.840.10045.3.1.7";
    private const int MaxKeyBytes = 1 << 20;
    private readonly string _path;
    private readonly ECDsa? _ecdsa;

    private Signer(string path, ECDsa? ecdsa, byte[] publicKey) => (_path, _ecdsa, PublicKey) = (path, ecdsa, publicKey);

    /// <summary>SubjectPublicKeyInfo in DER.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Fingerprint of the public key: <c>openssl pkey -pubout -outform DER | sha256sum</c>.</summary>
    public string KeyId => "sha256:" + Sha256.ComputeHash(PublicKey);

    /// <summary>Loads a key.</summary>
    /// <param name="path">PEM file with a private key to sign with, or a public key to verify with.</param>
    public static Result<Signer> Load(string path)
    {
        string pem;
        try
        {
            pem = RegularFile.ReadText(path, MaxKeyBytes) ?? throw new IOException("the file is too large for a key");
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return Problem.Create(EvidenceCodes.KeyUnusable, $"EvidenceKey cannot be read: {e.Message}", new SourcePosition(path));
        }

        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            if (ecdsa.ExportParameters(false).Curve.Oid.Value == P256CurveOid)
            {
                var signer = new Signer(path, ecdsa, ecdsa.ExportSubjectPublicKeyInfo());
                ecdsa = null;
                return signer;
            }

            return Problem.Create(
                EvidenceCodes.KeyUnusable,
                $"EvidenceKey names a key of a curve other than P-256",
                new SourcePosition(path)
            );
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return LoadEd25519(path, pem, e);
        }
        finally
        {
            ecdsa?.Dispose();
        }
    }

    /// <exception cref="ProblemException">The key cannot sign, for example because it is a public key.</exception>
    public byte[] Sign(byte[] message)
    {
        try
        {
            return _ecdsa is not null
                ? _ecdsa.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                : UseTemporaryFiles(message, null, (file, _) => RunOpenSsl("pkeyutl", "-sign", "-rawin", "-inkey", _path, "-in", file))
                    ?? throw new CryptographicException("openssl cannot sign with it");
        }
        catch (CryptographicException e)
        {
            throw new ProblemException(
                Problem.Create(EvidenceCodes.KeyUnusable, $"EvidenceKey cannot sign: {e.Message}", new SourcePosition(_path)),
                e
            );
        }
    }

    public bool Verify(byte[] message, byte[] signature) =>
        _ecdsa is not null
            ? _ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            : UseTemporaryFiles(message, signature, (file, signed) =>
                UseTemporaryFiles(PublicKey, null, (key, _) =>
                    RunOpenSsl("pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", key, "-in", file, "-sigfile", signed!)
                )
            )
                is not null;

    public void Dispose() => _ecdsa?.Dispose();

    private static Result<Signer> LoadEd25519(string path, string pem, Exception why)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            return Problem.Create(
                EvidenceCodes.KeyUnusable,
                "EvidenceKey names an encrypted key; name one that is not encrypted",
                new SourcePosition(path)
            );
        }

        try
        {
            string[] kind = pem.Contains("PUBLIC KEY", StringComparison.Ordinal) ? ["-pubin"] : [];
            // An Ed25519 key's SubjectPublicKeyInfo is 44 bytes long and begins with its algorithm.
            return
                RunOpenSsl(["pkey", .. kind, "-in", path, "-pubout", "-outform", "DER"]) is { Length: 44 } der
                && der.AsSpan(4, 5).SequenceEqual((ReadOnlySpan<byte>)[0x06, 0x03, 0x2b, 0x65, 0x70])
                ? new Signer(path, null, der)
                : Problem.Create(EvidenceCodes.KeyUnusable, $"EvidenceKey names no usable key: {why.Message}", new SourcePosition(path));
        }
        catch (Win32Exception)
        {
            return Problem.Create(
                EvidenceCodes.KeyUnusable,
                $"EvidenceKey names no ECDSA key ({why.Message}), and Ed25519 needs openssl, which is not installed",
                new SourcePosition(path)
            );
        }
    }

    private static byte[]? UseTemporaryFiles(byte[] message, byte[]? second, Func<string, string?, byte[]?> use)
    {
        var folder = Directory.CreateTempSubdirectory("matterstack-sign-").FullName;
        try
        {
            var (file, other) = (Path.Combine(folder, "message"), Path.Combine(folder, "signature"));
            File.WriteAllBytes(file, message);
            if (second is not null)
            {
                File.WriteAllBytes(other, second);
            }

            return use(file, other);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[]? RunOpenSsl(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("openssl", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            }
        )!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        error.Wait();
        return process.ExitCode == 0 ? output.ToArray() : null;
    }
}
