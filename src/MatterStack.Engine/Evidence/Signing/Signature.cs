using System.Globalization;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Evidence.Signing;

/// <summary>
/// A signed in-toto statement (v1) about the manifest, in a DSSE envelope: the owner of the key confirms that this is the bundle of this
/// run.
/// </summary>
/// <remarks>
/// https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md,
/// https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
/// </remarks>
internal sealed record Signature(byte[] Payload, string KeyId, byte[] Value)
{
    private const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>The signed bytes: the DSSE pre-authentication encoding of the payload.</summary>
    public byte[] Message =>
        [
            .. Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {PayloadType.Length} {PayloadType} {Payload.Length} ")
            ),
            .. Payload,
        ];

    /// <summary>
    /// Writes the signature, unless a valid one of this key for this manifest exists: ECDSA gives different bytes each time.
    /// </summary>
    /// <returns>True if a signature was written.</returns>
    public static bool Write(IDisk disk, string path, Signer signer, RunRow run, Sha256 manifest, Sha256 wiring)
    {
        var payload = CreateStatement(run, manifest, wiring);
        if (
            disk.FileExists(path)
            && Read(disk.ReadAllBytes(path)) is { } known
            && known.KeyId == signer.KeyId
            && known.Payload.AsSpan().SequenceEqual(payload)
            && signer.Verify(known.Message, known.Value)
        )
        {
            return false;
        }

        var unsigned = new Signature(payload, signer.KeyId, []);
        disk.WriteAtomically(path, (unsigned with { Value = signer.Sign(unsigned.Message) }).ToBytes());
        return true;
    }

    /// <summary>Reads an envelope. Returns null if it is malformed.</summary>
    public static Signature? Read(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var envelope = document.RootElement;
            var signature = envelope.GetProperty("signatures")[0];
            var read =
                envelope.GetProperty("payloadType").GetString() == PayloadType
                    ? new Signature(
                        envelope.GetProperty("payload").GetBytesFromBase64(),
                        signature.GetProperty("keyid").GetString()!,
                        signature.GetProperty("sig").GetBytesFromBase64()
                    )
                    : null;
            // Only the exact form that we write is accepted, so that every changed byte is found.
            return read is not null && read.ToBytes().AsSpan().SequenceEqual(bytes) ? read : null;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Hash of the manifest that the statement covers; null if it names none.</summary>
    public Sha256? SubjectHash
    {
        get
        {
            try
            {
                using var statement = JsonDocument.Parse(Payload);
                var subject = statement.RootElement.GetProperty("subject")[0];
                return
                    subject.GetProperty("name").GetString() == BundleNames.Manifest
                    && Sha256.TryParse(subject.GetProperty("digest").GetProperty("sha256").GetString(), out var hash)
                    ? hash
                    : null;
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
            {
                return null;
            }
        }
    }

    /// <summary>Checks the signature of a bundle. Returns its problems.</summary>
    /// <param name="bytes">The envelope.</param>
    /// <param name="manifest">Hash of the bundle's manifest.</param>
    /// <param name="key">The key to verify with; null checks only that the statement covers this bundle.</param>
    /// <param name="at">Path of the signature for messages.</param>
    public static IEnumerable<Problem> FindProblems(byte[] bytes, Sha256 manifest, Signer? key, string at)
    {
        if (Read(bytes) is not { } signature)
        {
            yield return Problem.Create(
                EvidenceCodes.SignatureWrong,
                $"{BundleNames.Signature} is not a signature in the form that ExportEvidence writes",
                new SourcePosition(at)
            );
            yield break;
        }

        if (signature.SubjectHash != manifest)
        {
            yield return Problem.Create(
                EvidenceCodes.SignatureWrong,
                $"The signature covers {(signature.SubjectHash is { } subject ? $"the manifest {subject.Hex}" : "no manifest")}; "
                    + $"this bundle's manifest is {manifest}",
                new SourcePosition(at)
            );
        }

        if (key is not null && signature.KeyId != key.KeyId)
        {
            yield return Problem.Create(
                EvidenceCodes.SignatureWrong,
                $"The signature names another key than EvidenceKey: {signature.KeyId}, not {key.KeyId}",
                new SourcePosition(at)
            );
        }
        else if (key is not null && !key.Verify(signature.Message, signature.Value))
        {
            yield return Problem.Create(
                EvidenceCodes.SignatureWrong,
                $"The signature names the key {key.KeyId} but does not fit this statement: the signature or the statement was changed",
                new SourcePosition(at)
            );
        }
    }

    // One value per line, so that a shell script can extract it.
    private byte[] ToBytes() =>
        Encoding.UTF8.GetBytes(
            $$"""
            {
              "payloadType": "{{PayloadType}}",
              "payload": "{{Convert.ToBase64String(Payload)}}",
              "signatures": [
                {
                  "keyid": "{{KeyId}}",
                  "sig": "{{Convert.ToBase64String(Value)}}"
                }
              ]
            }

            """.ReplaceLineEndings("\n")
        );

    private static byte[] CreateStatement(RunRow run, Sha256 manifest, Sha256 wiring)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("_type", "https://in-toto.io/Statement/v1");
            json.WriteStartArray("subject");
            WriteResource(json, "name", BundleNames.Manifest, manifest.Hex);
            json.WriteEndArray();
            json.WriteString("predicateType", "https://slsa.dev/provenance/v1");
            json.WriteStartObject("predicate");
            json.WriteStartObject("buildDefinition");
            json.WriteString("buildType", "urn:matterstack:run:v1");
            json.WriteStartObject("externalParameters");
            json.WriteString("workspace", run.WorkspaceSlug);
            json.WriteString("definition_sha256", run.DefinitionSha256.Hex);
            json.WriteEndObject();
            json.WriteStartArray("resolvedDependencies");
            WriteResource(json, "uri", BundleNames.GetWiringCopyPath(wiring), wiring.Hex);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("runDetails");
            json.WriteStartObject("builder");
            json.WriteString("id", "urn:matterstack:engine:" + run.EngineVersion);
            json.WriteEndObject();
            json.WriteStartObject("metadata");
            json.WriteString("invocationId", run.RunId.Value);
            json.WriteString("startedOn", run.CreatedAt.ToText());
            if (run.EndedAt is { } end)
            {
                json.WriteString("finishedOn", end.ToText());
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteResource(Utf8JsonWriter json, string name, string value, string sha256)
    {
        json.WriteStartObject();
        json.WriteString(name, value);
        json.WriteStartObject("digest");
        json.WriteString("sha256", sha256);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
