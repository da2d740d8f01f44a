using System.Text.Json;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>An answer as a JSON object <c>{"status": "COMPLETED"|"FAILED", "data": {…}, "error": …}</c>, written by people, programs or
/// instruments.</summary>
internal static class AnswerFile
{
    /// <summary>Status of an answer that completes the attempt.</summary>
    public const string CompletedStatus = "COMPLETED";

    /// <summary>Status of an answer that fails the attempt.</summary>
    public const string FailedStatus = "FAILED";

    // Leaves space for the file name and its hash beside a comment.
    private const int MaxTextLength = 700;

    /// <summary>Reads an answer.</summary>
    /// <param name="folder">Folder of the attempt. An answer behind a link that leads out of it is not read.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="schema">Path of the JSON schema that <c>data</c> must match; null if there is none.</param>
    public static ExchangeAnswer ReadAnswer(string folder, string name, string? schema = null)
    {
        var path = Path.Combine(folder, name);
        if (!Path.Exists(path))
        {
            return new ExchangeAnswer.None();
        }

        var written = FileTime.ReadWriteTime(path);
        if (!RelativePath.StaysInside(folder, path))
        {
            return new ExchangeAnswer.Invalid($"{name} is a link that leads out of the attempt's folder", written);
        }

        try
        {
            if (RegularFile.Read(path, OutsideJson.MaxBytes) is not { } bytes)
            {
                return new ExchangeAnswer.Invalid(
                    $"{name} is larger than {OutsideJson.MaxBytes >> 20} MiB; put large data into files",
                    written
                );
            }

            using var document = OutsideJson.Parse(bytes, JsonRule.Answer with { AllowsAnyValue = true }, out var fault);
            return document is null
                ? new ExchangeAnswer.Invalid(fault!.FormatFor(name), written)
                : ParseAnswer(document.RootElement, name, schema, written, Sha256.ComputeHash(bytes));
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return new ExchangeAnswer.Invalid($"{name} cannot be read: {e.Message}", written);
        }
    }

    private static ExchangeAnswer ParseAnswer(JsonElement root, string name, string? schema, DateTimeOffset written, Sha256 hash)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ExchangeAnswer.Invalid(
                $"{name} must be a JSON object: {{\"status\": \"COMPLETED\" or \"FAILED\", \"data\": {{…}}}}",
                written
            );
        }

        var status = ReadText(root, "status")?.Trim().ToUpperInvariant();
        if (status is not (CompletedStatus or FailedStatus))
        {
            return new ExchangeAnswer.Invalid(
                $"\"status\" in {name} must be \"COMPLETED\" or \"FAILED\"{(status is null ? "" : $", not \"{status}\"")}",
                written
            );
        }

        string? data = null;
        if (root.TryGetProperty("data", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind != JsonValueKind.Object)
            {
                return new ExchangeAnswer.Invalid($"\"data\" in {name} must be a JSON object", written);
            }

            data = OutsideJson.ToText(given);
        }

        if (status == CompletedStatus && schema is not null && AnswerSchema.FindMismatch(schema, data ?? "{}") is { } mismatch)
        {
            return new ExchangeAnswer.Invalid($"\"data\" in {name} does not match schema.json: {mismatch}", written);
        }

        if (ReadFiles(root) is not { } files)
        {
            return new ExchangeAnswer.Invalid($"\"files\" in {name} must be a list of paths inside the work folder", written);
        }

        var error = ReadText(root, "error");
        var comment = ReadText(root, "comment");
        var done = status == CompletedStatus;
        return new ExchangeAnswer.Valid
        {
            IsCompleted = done,
            Error = done ? null : error ?? comment ?? "no reason was given",
            DataJson = data,
            Files = files,
            AnsweredBy = ReadText(root, "responded_by"),
            Summary =
                $"{ReadText(root, "decision") ?? status}{((comment ?? error) is { } words ? ": " + words : "")} ({name}, "
                + $"sha256 {hash.Hex})",
            WrittenAt = written,
        };
    }

    private static string? ReadText(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && text.Trim().Length > 0
            ? UntrustedText.ToLine(text.Trim(), MaxTextLength)
            : null;

    private static List<string>? ReadFiles(JsonElement root)
    {
        var files = new List<string>();
        if (!root.TryGetProperty("files", out var listed) || listed.ValueKind == JsonValueKind.Null)
        {
            return files;
        }

        if (listed.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var entry in listed.EnumerateArray())
        {
            if (
                entry.ValueKind != JsonValueKind.String
                || RelativePath.Normalise(entry.GetString()!) is not { } path
                || Globs.IsPattern(path)
            )
            {
                return null;
            }

            files.Add(path);
        }

        return files;
    }
}
