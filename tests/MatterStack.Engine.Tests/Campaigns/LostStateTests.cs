using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>A state that JSON would change without a word is refused, with the member that would be another; one that comes back is
/// kept.</summary>
[TestClass]
[SuppressMessage("Design", "CA1051", Justification = "Campaigns may have such states.")]
[SuppressMessage("Usage", "CA2227", Justification = "Campaigns may have such states.")]
public sealed class LostStateTests
{
    [TestMethod]
    public void A_derived_class_in_a_member_of_its_base_is_refused_wherever_it_stands()
    {
        Refused(
            new Holder
            {
                Site = new Surface { X = 1, Facet = 111 },
            },
            "Site is a Surface",
            "a Site"
        );
        Refused(new Holder { Sites = [new Site(), new Surface()] }, "Sites[1] is a Surface");
        Refused(new Holder { ByName = { ["a"] = new Surface() } }, "ByName[0].value is a Surface");
        Refused(new Holder { Nested = new Holder { Site = new Surface() } }, "Nested.Site is a Surface");
        Refused(new Holder { Anything = new Site() }, "Anything is a Site", "JsonElement");
        Refused(new Holder { Anything = 5 }, "Anything is a Int32");
        Refused(new Holder { Pair = (new Surface(), 1) }, "Pair.Item1 is a Surface");
    }

    [TestMethod]
    [DataRow(0xd800, DisplayName = "a high surrogate alone")]
    [DataRow(0xdc00, DisplayName = "a low surrogate alone")]
    public void A_text_with_half_a_character_is_refused(int half)
    {
        var text = $"a{(char)half}b";
        Refused(new Holder { Text = text }, "Text is ");
        Refused(new Holder { Texts = ["fine", text] }, "Texts[1] is ");
        Refused(new Holder { Names = { [text] = 1 } }, "Names[0].key is ");
        Refused(new Holder { Letter = text.First(char.IsSurrogate) }, "Letter is ");
    }

    [TestMethod]
    public void Data_that_JSON_does_not_show_are_refused_unless_they_may_get_lost()
    {
        Refused(new Counting { Shown = 1 }.Count(), "_seen is 1", "0");
        Refused(new CountingMore { Shown = 1 }.Count(), "_seen is 1");
        Refused(new Named { Values = [1, 2], Drawn = 7 }.Hide(), "_hidden is a List<Int32>", "null");
        Refused(new Points { Title = "lost" }, "Title is \"lost\"");
        Refused(
            new Holder
            {
                Sorted = new SortedSet<string> { "b", "a" },
            },
            "Sorted is a collection with the comparer"
        );
        Refused(new Holder { Names = new(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 } }, "Names is a collection with the comparer");
        Assert.AreEqual(0, Stored(new Remembering { X = 2 }.Warm()).Cached, "its author said that it need not be kept");
    }

    [TestMethod]
    public void What_JSON_can_hold_comes_back_to_the_bit()
    {
        var state = new Holder
        {
            Site = new Site { X = -0.0 },
            Sites = [new Site(), new Site { X = double.NaN }],
            Numbers = [-0.0, double.Epsilon, double.MaxValue, 0.1, double.NegativeInfinity],
            Read = [1, 2, 3],
            Money = 1.100m,
            Text = "Ångström 😀 \0 \u2028",
            Texts = ["", "</script>"],
            When =
            [
                new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
                new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Unspecified),
                new DateTime(1, DateTimeKind.Unspecified),
            ],
            At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(5.5)),
            ByNumber = new() { [3] = Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff"), [-1] = Guid.Empty },
            ByDay = new() { [DayOfWeek.Friday] = new Version(1, 2) },
            Known = ["b", "a"],
            Pair = (new Site(), 2),
            Link = new Uri("http://x/ä b"),
            Json = JsonSerializer.SerializeToElement(new { a = new[] { 1.50 } }),
            Anything = null,
        };

        var back = Stored(state);

        Assert.IsTrue(double.IsNegative(back.Site!.X));
        Assert.AreEqual("1.100", back.Money.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.AreEqual(DateTimeKind.Utc, back.When[0].Kind);
        Assert.IsInstanceOfType<Surface2>(
            Stored(new Drawing { Shape = new Surface2 { Facet = 3 } }).Shape,
            "a base that names its derived classes"
        );
    }

    [TestMethod]
    public void What_JSON_cannot_hold_is_refused_with_the_text_of_its_writer()
    {
        Refused(new Holder { ByPoint = new() { [new Site()] = 1 } }, "ByPoint", nameof(Site));
        Refused(new Mismatch(1), "Mismatch");
        Refused(new Grid { Values = new double[2, 2] }, "Double[,]");
        Refused(new PrivateSetter(5), "5");
        Refused(new WithInterface { Site = new Site3() }, nameof(ISite));
    }

    private static void Refused<T>(T state, params string[] words)
        where T : class
    {
        var thrown = Assert.ThrowsExactly<ProblemException>(() => Stored(state));
        Assert.AreEqual(CampaignCodes.StateNotStored, thrown.Problems[0].Code, thrown.Message);
        foreach (var word in words)
        {
            StringAssert.Contains(thrown.Message, word);
        }
    }

    private static T Stored<T>(T state)
        where T : class
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed());
        return harness.Run(new Keeps<T>(state)).State!;
    }

    private sealed class Keeps<T>(T kept) : Campaign<T>
        where T : class
    {
        public override Workflow? Plan(T? state) => state is null ? [new() { Id = "a", Command = "c" }] : null;

        public override T Analyze(T? state, TaskResults results) => kept;
    }

    public class Site
    {
        public double X { get; set; }
    }

    public sealed class Surface : Site
    {
        public int Facet { get; set; }
    }

    [JsonDerivedType(typeof(Surface2), "surface")]
    public class Shape { }

    public sealed class Surface2 : Shape
    {
        public int Facet { get; set; }
    }

    public sealed class Drawing
    {
        public Shape? Shape { get; set; }
    }

    public sealed class Holder
    {
        public Site? Site;
        public List<Site> Sites = [];
        public Dictionary<string, Site> ByName = [];
        public Holder? Nested;
        public object? Anything;
        public (Site?, int) Pair;
        public string? Text;
        public char Letter = 'a';
        public IReadOnlyList<string> Texts = [];
        public Dictionary<string, int> Names = [];
        public ISet<string>? Sorted;
        public double[] Numbers = [];
        public IReadOnlyList<int> Read = [];
        public decimal Money;
        public List<DateTime> When = [];
        public DateTimeOffset At;
        public Dictionary<int, Guid> ByNumber = [];
        public Dictionary<DayOfWeek, Version> ByDay = [];
        public HashSet<string> Known = [];
        public Uri? Link;
        public JsonElement? Json;
        public Dictionary<Site, int>? ByPoint;
    }

    public class Counting
    {
        private int _seen;

        public int Shown { get; set; }

        public Counting Count()
        {
            _seen++;
            return this;
        }
    }

    public sealed class CountingMore : Counting
    {
        public new CountingMore Count()
        {
            base.Count();
            return this;
        }
    }

    public sealed class Named
    {
        private List<int>? _hidden;

        public List<int> Values { get; set; } = [];

        public int Drawn { get; set; }

        public Named Hide()
        {
            _hidden = [.. Values];
            return this;
        }

        public int Hidden() => _hidden?.Count ?? 0;
    }

    [SuppressMessage("Naming", "CA1710", Justification = "A campaign's own word.")]
    public sealed class Points : List<double>
    {
        public string? Title { get; set; }
    }

    public sealed class Remembering
    {
        [JsonIgnore]
        private double _square;

        public double X { get; set; }

        [JsonIgnore]
        public double Cached { get; private set; }

        public Remembering Warm()
        {
            Cached = _square = X * X;
            return this;
        }

        public double Square() => _square;
    }

    [SuppressMessage("Style", "IDE0290", Justification = "It is about constructors.")]
    public sealed class Mismatch
    {
        public Mismatch(int other) => Value = other;

        public int Value { get; }
    }

    public sealed class Grid
    {
        [SuppressMessage("Performance", "CA1814", Justification = "It is about such arrays.")]
        public double[,]? Values { get; set; }
    }

    public sealed class PrivateSetter
    {
        public PrivateSetter() { }

        public PrivateSetter(int value) => Value = value;

        public int Value { get; private set; }
    }

    public interface ISite
    {
        int Facet { get; }
    }

    public sealed class Site3 : ISite
    {
        public int Facet { get; set; }
    }

    public sealed class WithInterface
    {
        public ISite? Site { get; set; }
    }
}
