using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Plugins;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Tests.Commands;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Tests.Operators.Own;

/// <summary>A workspace with an operator of the campaign's own, of kind <c>furnace</c>, which does what the test says, beside a local
/// one.</summary>
internal sealed class OwnWorld : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(150);

    public OwnWorld()
    {
        World.Host = World.Host with
        {
            Clock = Clock,
            Catalog = BuiltInOperators.Catalog.WithPlugins(() => [new PluginProvider(new Provider(this)) { CallTimeout = Moment }]),
            // Each end is looked at by itself.
            Conducting = new ConductorOptions { OverdueEndTimeout = Moment, Infrastructure = new(0) },
        };
        World.Write(
            "campaign/operators.yaml",
            "operators:\n  local.default: { kind: local, backend: { type: local } }\n  furnace.tube: { kind: furnace }\n"
        );
    }

    public CommandWorld World { get; } = new(inMemory: true);

    public LeapingClock Clock { get; } = new();

    /// <summary>Set when the test is over: whatever hangs returns.</summary>
    public ManualResetEventSlim Over { get; } = new();

    public Func<Provider, OperatorContext, AttemptOperator> Create { get; set; } =
        (provider, context) => new Furnace(provider.World, context);

    public Func<OperatorTraits> Traits { get; set; } = () => new OperatorTraits();

    public Func<string?> WhyNot { get; set; } = () => null;

    public Func<string?> Refuses { get; set; } = () => null;

    public Action<OperatorContext, IReadOnlyList<AttemptRequest>> Observe { get; set; } = (_, _) => { };

    public Action<OperatorContext, AttemptRequest> Start { get; set; } = (_, _) => { };

    public Action<OperatorContext, AttemptRequest, string> Cancel { get; set; } = (_, _, _) => { };

    public Action Cancelling { get; set; } = () => { };

    public Action Hold { get; set; } = () => { };

    public Action Left { get; set; } = () => { };

    public void Hang() => Over.Wait();

    public OwnWorld Task(string id = "heat", params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        World.Task(id, "", [("OperatorKey", "furnace.tube"), ("Kind", "Experiment"), .. metadata]);
        return this;
    }

    public string? Reason(string task = "heat") => World.Query($"SELECT reason FROM tasks WHERE task_id = '{task}'").Single();

    public string Attempts() => string.Join(' ', World.Query("SELECT state FROM attempts ORDER BY seq"));

    public string Unknown() => string.Join('\n', World.Query("SELECT details FROM events WHERE kind = 'ATTEMPT_UNKNOWN'"));

    public bool Ask(RequestKind kind) => RequestCommand.Execute(World.Context(), kind, default).Success;

    public void Dispose()
    {
        Over.Set();
        World.Dispose();
    }

    internal sealed class Provider(OwnWorld world) : OperatorProvider
    {
        public OwnWorld World => world;

        public override OperatorKind Kind { get; } = new("furnace", "A furnace.", [], []);

        public override string? FindUnavailableReason(OperatorWiring wired) => world.WhyNot();

        public override string? FindRefusalReason(OperatorWiring wired, Engine.Campaigns.CampaignTask task) => world.Refuses();

        public override OperatorTraits GetTraits(OperatorWiring wired) => world.Traits();

        public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) => world.Create(this, context);
    }

    private sealed class Furnace(OwnWorld world, OperatorContext context) : AttemptOperator
    {
        public override void Observe(IReadOnlyList<AttemptRequest> live) => world.Observe(context, live);

        public override void Start(AttemptRequest request) => world.Start(context, request);

        public override void Cancel(AttemptRequest request, string reason) => world.Cancel(context, request, reason);

        public override void Hold() => world.Hold();

        public override void Release() => world.Hold();

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            world.Left();
        }
    }
}

/// <summary>The machine's time, which a test can let leap.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long _leap;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _leap));

    public override long GetTimestamp() =>
        System.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _leap)).TotalSeconds * TimestampFrequency);

    public void Leap(TimeSpan span) => Interlocked.Add(ref _leap, span.Ticks);
}
