using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The run's own folder, on a file system that the cluster shares with this machine.</summary>
internal sealed class SharedPlace(AttemptFiles files) : IPlace
{
    public string Name => "this machine";

    public string Folder(AttemptOrder request) => ShellText.Quote(request.Folder);

    public void Prepare(AttemptOrder request) => files.Prepare(request);

    public Sending Send(IReadOnlyList<AttemptOrder> requests, CancellationToken cancel) => Sending.All(requests);

    public string WriteScripts(IReadOnlyList<(AttemptOrder Request, string Script)> jobs) => "";

    public IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> requests, CancellationToken cancel) =>
        requests.Select(request => (Order: request, Code: LocalProtocol.ReadExitCode(request))).Where(found => found.Code is not null).ToDictionary(found => found.Order, found => found.Code!.Value);

    public DiskSpace? AskSpace(AttemptOrder request, CancellationToken cancel) => DiskSpace.At(request.Folder);

    public IReadOnlyDictionary<AttemptOrder, Brought> Bring(IReadOnlyList<AttemptOrder> requests, CancellationToken cancel) => requests.ToDictionary(request => request, Look);

    // There is nothing to fetch, but the folder may have been removed or its file system unmounted.
    private static Brought Look(AttemptOrder request) =>
        Path.Exists(request.WorkFolder) ? Brought.Here.All
        : Denial.OfReading(request.WorkFolder) is { } denied ? new Brought.Later(denied, Answered: true, Moved: false)
        : Directory.Exists(request.RunFolder) ? new Brought.Gone(Directory.Exists(request.Folder) ? request.WorkFolder : request.Folder)
        : new Brought.Later($"{request.RunFolder} is not there", Answered: true, Moved: false);
}
