using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>The run's own folder, on a file system that the cluster shares with this machine.</summary>
internal sealed class SharedFileSystemStaging(AttemptFiles files) : IJobStaging
{
    public string Name => "this machine";

    public string QuoteFolder(AttemptRequest request) => ShellText.Quote(request.Folder);

    public void PrepareAttempt(AttemptRequest request)
    {
        files.PrepareFolder(request);
        if (PlanCarry(request).Reason is { } reason)
        {
            files.WriteFile(request, AttemptLayout.NotCarriedFile, reason + "\n");
        }
    }

    public CarryPlan PlanCarry(AttemptRequest request) => CarryPlan.Create(request.Carried, place: "");

    public IReadOnlyDictionary<AttemptRequest, LeftFiles> FindLeftFiles(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel) =>
        requests.ToDictionary(static request => request, FindLeftFiles);

    private static LeftFiles FindLeftFiles(AttemptRequest request)
    {
        var (found, warnings) = new LeftFileFinder(request.WorkFolder, request.Attempt, request.RelativeFolder).FindFiles(
            request.Planned,
            ScriptDecisions.GetCarried(request)
        );
        return new LeftFiles(found, warnings.Count == 0 ? null : string.Join("; ", warnings));
    }

    public StagingResult SendAttempts(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel) => StagingResult.AllReady(requests);

    public string BuildScriptCommands(IReadOnlyList<(AttemptRequest Request, string Script)> jobs) => "";

    public IReadOnlyDictionary<AttemptRequest, int>? ReadExitCodes(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel) =>
        requests
            .Select(request => (Order: request, Code: ExitCodeFile.ReadExitCode(request)))
            .Where(found => found.Code is not null)
            .ToDictionary(found => found.Order, found => found.Code!.Value);

    public DiskSpace? QueryFreeSpace(AttemptRequest request, CancellationToken cancel) => DiskSpace.FindFor(request.Folder);

    public IReadOnlyDictionary<AttemptRequest, DownloadResult> DownloadOutputs(
        IReadOnlyList<AttemptRequest> requests,
        IReadOnlySet<AttemptRequest> failed,
        CancellationToken cancel
    ) => requests.ToDictionary(request => request, CheckFolder);

    // There is nothing to fetch, but the folder may have been removed or its file system unmounted.
    private static DownloadResult CheckFolder(AttemptRequest request) =>
        Path.Exists(request.WorkFolder) ? DownloadResult.Fetched.NothingToReport
        : AccessDenial.FindReadDenial(request.WorkFolder) is { } denied
            ? new DownloadResult.Incomplete(denied, HostAnswered: true, HasProgress: false)
        : Directory.Exists(request.RunFolder)
            ? new DownloadResult.FolderGone(Directory.Exists(request.Folder) ? request.WorkFolder : request.Folder)
        : new DownloadResult.Incomplete($"{request.RunFolder} is not there", HostAnswered: true, HasProgress: false);
}
