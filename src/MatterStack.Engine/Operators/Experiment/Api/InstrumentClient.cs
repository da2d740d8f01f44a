using System.Security.Cryptography;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Http;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Client of an instrument's HTTP interface, with its five requests.</summary>
internal sealed class InstrumentClient(InstrumentOptions options, WebClient web, IDisk disk) : IDisposable
{
    public Task<WebReply> SubmitAsync(AttemptRequest request, byte[] body, CancellationToken stop) =>
        SendRequestAsync(options.Submit, request, body, stop);

    public Task<WebReply> GetStatusAsync(AttemptRequest request, CancellationToken stop) =>
        SendRequestAsync(options.Status, request, null, stop);

    public Task<WebReply> GetResultAsync(AttemptRequest request, CancellationToken stop) =>
        SendRequestAsync(options.Result, request, null, stop);

    public Task<WebReply> CancelAsync(AttemptRequest request, CancellationToken stop) =>
        SendRequestAsync(options.Cancel, request, null, stop);

    /// <summary>Downloads a file of the answer into <c>work/</c>, completely or not at all.</summary>
    /// <returns>Why the download failed; null if the file is there.</returns>
    public async Task<string?> DownloadFileAsync(AttemptRequest request, InstrumentFile file, CancellationToken stop)
    {
        var target = Path.Combine(request.WorkFolder, file.Path);
        if (!RelativePath.StaysInside(request.RunFolder, target))
        {
            return $"{file.Path} leads out of the run through a link";
        }

        // An earlier process downloaded the file already.
        if (file.Sha256 is { } known && File.Exists(target) && Identity.Sha256.ComputeHash(disk.ReadAllBytes(target)).Hex == known)
        {
            return null;
        }

        var part = Path.Combine(request.Folder, "download.part");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        WebReply reply;
        using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            reply = await web.DownloadAsync(
                    options.BaseUrl + options.File.BuildPath(request.Attempt, file.Path),
                    CreateHeaders(request),
                    piece =>
                    {
                        stream.Write(piece.Span);
                        hash.AppendData(piece.Span);
                        size += piece.Length;
                    },
                    stop
                )
                .ConfigureAwait(false);
        }

        var why = reply switch
        {
            WebReply.Refused refused => refused.Message,
            WebReply.TransientFailure silent => silent.Reason,
            _ when file.Size is { } expected && expected != size => $"it has {CountText.FormatCount(size, "byte")} instead of {expected}",
            _ when file.Sha256 is { } expected && expected != Convert.ToHexStringLower(hash.GetHashAndReset()) =>
                "its content does not match its hash",
            _ => null,
        };
        if (why is null)
        {
            disk.CreateDirectory(Path.GetDirectoryName(target)!);
            disk.MoveFile(part, target);
            return null;
        }

        disk.DeleteFile(part);
        return $"{file.Path} could not be fetched: {why}";
    }

    public void Dispose() => web.Dispose();

    private Task<WebReply> SendRequestAsync(InstrumentEndpoint call, AttemptRequest request, byte[]? body, CancellationToken stop) =>
        web.SendAsync(call.Method, options.BaseUrl + call.BuildPath(request.Attempt), body, CreateHeaders(request), stop);

    private static IEnumerable<(string Name, string Value)> CreateHeaders(AttemptRequest request) =>
        [(WebClient.IdempotencyKey, request.Attempt.Value), ("Accept", "application/json, */*;q=0.5")];
}
