using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>Signs with a key of the user's: ECDSA on P-256 through .NET, Ed25519 through <c>openssl</c>, since .NET has none.</summary>
/// <remarks>The key is read where it lies and goes nowhere: not into a log, not into the bundle, not onto a command line.</remarks>
internal sealed class Signer : IDisposable
{
    // SubjectPublicKeyInfo of a P-256 key.
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int MostOfKey = 1 << 20;
    private readonly string _path;
    private readonly ECDsa? _ecdsa;

    private Signer(string path, ECDsa? ecdsa, byte[] publicKey) => (_path, _ecdsa, PublicKey) = (path, ecdsa, publicKey);

    /// <summary>SubjectPublicKeyInfo in DER.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Fingerprint of the public key: <c>openssl pkey -pubout -outform DER | sha256sum</c>.</summary>
    public string KeyId => "sha256:" + Sha256.Of(PublicKey);

    /// <param name="path">A private key to sign with, or, to verify, a public key; PEM.</param>
    public static Result<Signer> Load(string path)
    {
        string pem;
        try
        {
            pem = RegularFile.ReadText(path, MostOfKey) ?? throw new IOException("it is larger than any key");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Problem.Of(EvidenceCodes.KeyUnusable, $"EvidenceKey cannot be read: {e.Message}", new SourcePosition(path));
        }

        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            if (ecdsa.ExportParameters(false).Curve.Oid.Value == P256)
            {
                var signer = new Signer(path, ecdsa, ecdsa.ExportSubjectPublicKeyInfo());
                ecdsa = null;
                return signer;
            }

            return Problem.Of(EvidenceCodes.KeyUnusable, $"EvidenceKey names a key of another curve than P-256", new SourcePosition(path));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return Ed25519(path, pem, e);
        }
        finally
        {
            ecdsa?.Dispose();
        }
    }

    /// <exception cref="ProblemException">The key cannot sign, since it is a public one for instance.</exception>
    public byte[] Sign(byte[] message)
    {
        try
        {
            return _ecdsa is not null
                ? _ecdsa.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                : WithFiles(message, null, (file, _) => OpenSsl("pkeyutl", "-sign", "-rawin", "-inkey", _path, "-in", file))
                    ?? throw new CryptographicException("openssl cannot sign with it");
        }
        catch (CryptographicException e)
        {
            throw new ProblemException(Problem.Of(EvidenceCodes.KeyUnusable, $"EvidenceKey cannot sign: {e.Message}", new SourcePosition(_path)), e);
        }
    }

    public bool Verify(byte[] message, byte[] signature) => _ecdsa is not null
        ? _ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        : WithFiles(message, signature, (file, signed) => WithFiles(PublicKey, null, (key, _) => OpenSsl("pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", key, "-in", file, "-sigfile", signed!))) is not null;

    public void Dispose() => _ecdsa?.Dispose();

    private static Result<Signer> Ed25519(string path, string pem, Exception why)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            return Problem.Of(EvidenceCodes.KeyUnusable, "EvidenceKey names a key that is encrypted", new SourcePosition(path));
        }

        try
        {
            string[] kind = pem.Contains("PUBLIC KEY", StringComparison.Ordinal) ? ["-pubin"] : [];
            // An Ed25519 key's SubjectPublicKeyInfo is 44 bytes long and begins with its algorithm.
            return OpenSsl(["pkey", .. kind, "-in", path, "-pubout", "-outform", "DER"]) is { Length: 44 } der && der.AsSpan(4, 5).SequenceEqual((ReadOnlySpan<byte>)[0x06, 0x03, 0x2b, 0x65, 0x70])
                ? new Signer(path, null, der)
                : Problem.Of(EvidenceCodes.KeyUnusable, $"EvidenceKey names no key that can be used: {why.Message}", new SourcePosition(path));
        }
        catch (Win32Exception)
        {
            return Problem.Of(EvidenceCodes.KeyUnusable, $"EvidenceKey names no ECDSA key ({why.Message}), and there is no openssl to see what it is", new SourcePosition(path));
        }
    }

    private static byte[]? WithFiles(byte[] message, byte[]? second, Func<string, string?, byte[]?> use)
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

    private static byte[]? OpenSsl(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        error.Wait();
        return process.ExitCode == 0 ? output.ToArray() : null;
    }
}
