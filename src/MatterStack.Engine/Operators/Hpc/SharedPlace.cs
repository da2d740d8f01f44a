using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The run's own folder, on a file system that the cluster shares with this machine.</summary>
internal sealed class SharedPlace(AttemptFiles files) : IPlace
{
    public string Name => "this machine";

    public string Folder(AttemptOrder order) => ShellText.Quote(order.Folder);

    public void Prepare(AttemptOrder order) => files.Prepare(order);

    public Sending Send(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) => Sending.All(orders);

    public string WriteScripts(IReadOnlyList<(AttemptOrder Order, string Script)> jobs) => "";

    public IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) =>
        orders.Select(order => (Order: order, Code: LocalProtocol.ReadExitCode(order))).Where(found => found.Code is not null).ToDictionary(found => found.Order, found => found.Code!.Value);

    public DiskSpace? AskSpace(AttemptOrder order, CancellationToken cancel) => DiskSpace.At(order.Folder);

    public IReadOnlyDictionary<AttemptOrder, Brought> Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) => orders.ToDictionary(order => order, Look);

    // There is nothing to fetch, but the folder may have been removed or its file system unmounted.
    private static Brought Look(AttemptOrder order) =>
        Path.Exists(order.WorkFolder) ? Brought.Here.All
        : Denial.OfReading(order.WorkFolder) is { } denied ? new Brought.Later(denied, Answered: true, Moved: false)
        : Directory.Exists(order.RunFolder) ? new Brought.Gone(Directory.Exists(order.Folder) ? order.WorkFolder : order.Folder)
        : new Brought.Later($"{order.RunFolder} is not there", Answered: true, Moved: false);
}
